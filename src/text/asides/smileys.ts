import { type Replacement, replaceAll } from '../replacement.ts';
import { DROPPED } from '../tidy.ts';

/** Leaves out faces that are made of signs: :-) ;) :D <3 ^_^ ¯\_(ツ)_/¯, and :names: of emojis. */
export function dropSmileys(text: string): string {
  const plain = text
    .replace(/[(（]([^()（）\n]{1,18})[)）]/gu, (match: string, inner: string) => (isFace(inner) ? '(\ue001)' : match))
    .replace(ARMED, DROPPED)
    .replace(EYES, (match: string, left: string, right: string) => (isPair(left, right) ? DROPPED : match));
  return replaceAll(plain, FACES);
}

/** What may stand before and behind a smiley. Figures may not: 10:30, 3:D. */
const BEFORE = String.raw`(?<=^|[\s.,!?…"'“”’)\]*_~\ue001\p{Extended_Pictographic}])`;
const AFTER = String.raw`(?=$|[\s.,!?…"'“”’)\]*_~<\ue001\p{Extended_Pictographic}])`;

const FACES: readonly Replacement[] = [
  // Eyes, nose, mouth.
  [
    new RegExp(
      String.raw`${BEFORE}(?:>?[:;][-'’^~]?(?:[()[\]DPpO*|$@}{]|[oSsXx#])\)*|=[-']?[()DPp\]]|[:;=]'\(|>?:[-]?[/\\]|8-[)D]|[BX]-[)D]|:-?[><]|:c|:-c)(?:\)*|\(*)${AFTER}`,
      'gu',
    ),
    DROPPED,
  ],
  [new RegExp(String.raw`(?<=\p{L})(?:[:;]-[()DPp]|[:;]\)+|:\()${AFTER}(?!\s?\()`, 'gu'), DROPPED],
  // The other way round.
  [/(?<=^|\s)(?:\([-']?[:;=]|[D)]-[:;])(?=$|[\s.,!?])/gu, DROPPED],
  [/(?<![\p{L}\p{N}])(?:[xX]D{1,5}|[oO]\.[O]|[O]\.[oO]|\\o\/|<\\?\/3)(?![\p{L}\p{N}])/gu, DROPPED],
  // A heart, unless something is counted.
  [/(?<=\ue001 ?)<3(?!\d|[.,]\d)/g, DROPPED],
  [/(?<=^|[\s!.\ue001])<3+(?=$|[.!?,)\s]{0,2}(?:$|[\n\ue001<\p{Lu}]))/gu, DROPPED],
  [
    /(?<=\b(?:you|u|it|this|that|them|love|him|her|thanks|hugs|kisses|much|toi|vous|dich|lieb|merci|danke) )<3(?!\d|[.,]\d)/giu,
    DROPPED,
  ],
  [
    /(?<=^|\s)(?:\^[-_.o]{0,3}\^|>[_.]{1,3}<|-_{1,3}-|;_{1,3};|'-'|\._\.|uwu|owo|UwU|OwO)(?=$|[\s.,!?;)"'\ue001])/gu,
    DROPPED,
  ],
  [/ʕ[^ʔ\n]{1,9}ʔ|ಠ_{1,3}ಠ|\( ?\) ?\/?(?=$|\s)/gu, DROPPED],
  // Names of emojis.
  [/(?<![\p{L}\p{N}:]):(?:[a-z]{2,21}(?:[_-][a-z]{1,20}|_\d{1,3}){0,5}|\+1):(?![\p{L}\p{N}:])/gu, DROPPED],
  [/(?<=[\p{L}!?.,]):[a-z]{3,20}(?:_[a-z0-9]{1,20}){0,5}:(?=$|[\s.,!?])/gu, DROPPED],
];

/** Arms, tables and stars that belong to a face in brackets. */
const ARM = String.raw`[٩۶ヽﾉノヾ乁ㄏᕕᕗᕙᕦᕤ┌┐└┘╰╯╭╮ԅง∩⊂つづ๑ｏo\\\/＼／～~☆★♪♡♥┻━┳┬─┴︵彡ミ✧*¯_ლʅʃ<>^\- ]`;
const ARMED = new RegExp(String.raw`(?:(?<![\p{L}\p{N}])${ARM}{1,9})?\(\ue001\)(?:${ARM}{1,9}(?![\p{L}\p{N}]))?`, 'gu');

/** Two eyes with something between them. */
const EYES = /(?<![\p{L}\p{N}_])([TtOouUxX0@*$=nN;.^•◕°])_{1,3}([TtOouUxX0@*$=nN;.^•◕°])(?![\p{L}\p{N}_])/gu;

function isPair(left: string, right: string): boolean {
  return left === right || /^[oO0]{2}$/.test(left + right);
}

/** Signs that faces are made of. */
const FACE_SIGNS =
  /[ᵔ°º□•ᴥ◕‿⌒ω∀▽ಠ益´｀`^;￣ー_・ﾟ。≧≦✿◡ಥ╥﹏＾∇﹃◉☉⊙╹╭╮ʘ‸¬눈ㅅㅠㅜˆ˘ε³・*><⇀↼¯~⊂⊃◔●○◯≖ლ'"๑♡☆—∪д｡＿－-]/gu;

function isFace(inner: string): boolean {
  if (/^ ?ツ ?$|^[ヅシ]$/u.test(inner)) return true;
  if (/^([\^TtOoUu@;><=*.~-]) ?[_.o^-]{1,3} ?([\^TtOoUu@;><=*.~-])[;*]?$/.test(inner.replace(/^\*|\*$/g, '')))
    return !/^[.-]+$/.test(inner);
  const signs = inner.match(FACE_SIGNS)?.length ?? 0;
  const isOdd = /º|[^ -~\u00a0-ÿ\u2010-\u2027]/u.test(inner);
  return isOdd && signs >= 2 && signs * 2.5 >= [...inner].length && !/[A-Za-z0-9]{2}/.test(inner);
}
