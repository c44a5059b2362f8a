import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before, memo } from '../replacement.ts';
import { SHELVED, type Shelf } from '../shelf.ts';
import { isQuantityBefore, spell } from './spell.ts';

const START = String.raw`(?<![\p{L}\p{N}_.,:/$€£¥+'’-])`;
const END = String.raw`(?![\p{L}\p{N}_]|[-.,/:]\d)`;

/** Long codes that their shape gives away, parts of which look like telephone numbers. */
const LONG_SHAPES: readonly RegExp[] = [
  // IBAN.
  new RegExp(String.raw`${START}[A-Z]{2}\d{2}(?:[ \u202f]?[A-Z0-9]{4}){2,7}(?:[ \u202f]?[A-Z0-9]{1,4})?${END}`, 'gu'),
  // Cards: 4 times 4, and 4-6-5.
  new RegExp(String.raw`${START}\d{4}(?:[ -]\d{4}){2,4}(?:[ -]\d{1,3})?${END}`, 'gu'),
  new RegExp(String.raw`${START}\d{4}[ -]\d{6}[ -]\d{5}${END}`, 'gu'),
  // Cards whose last figures alone are shown.
  new RegExp(String.raw`(?<![\p{L}\p{N}])[*•xX]{2,4}(?:[ -]?[*•xX]{4}){0,3}[ -]?\d{4}${END}`, 'gu'),
  // ISBN, and other rows of three groups and more.
  new RegExp(String.raw`${START}97[89][- ]?\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ][\dX]${END}`, 'gu'),
  new RegExp(String.raw`${START}97[89]\d{10}${END}`, 'gu'),
  new RegExp(String.raw`${START}\d{1,7}(?:-\d{1,7}){2,6}(?:-[X\d])?${END}`, 'gu'),
];

/** Short codes that their shape gives away. */
const SHAPES: readonly RegExp[] = [
  // Postcodes: SW1A 1AA, K1A 0B1; NY 10001.
  new RegExp(String.raw`${START}[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}${END}`, 'gu'),
  new RegExp(String.raw`${START}[A-Z]\d[A-Z] ?\d[A-Z]\d${END}`, 'gu'),
  new RegExp(String.raw`${START}[A-Z]-\d{6}${END}`, 'gu'),
  // Letters and figures by turns: A1B2C3, XJ9-44K.
  new RegExp(
    String.raw`${START}(?=[A-Z0-9-]{5,24}(?![\p{L}\p{N}]))(?:[A-Z]{1,4}-?\d{1,6}-?){2,8}[A-Z]{0,4}${END}`,
    'gu',
  ),
  new RegExp(String.raw`${START}(?=[A-Z0-9-]{5,24}(?![\p{L}\p{N}]))(?:\d{1,6}-?[A-Z]{1,4}-?){2,8}\d{0,6}${END}`, 'gu'),
  // A leading zero and two digits more: no quantity has that.
  new RegExp(String.raw`${START}(?<!\d[ \u202f])0\d{2,11}${END}`, 'gu'),
];

const STATE_AND_ZIP = new RegExp(String.raw`(?<=(?<![\p{L}])[A-Z]{2} )\d{5}(?:-\d{4})?${END}`, 'gu');
/** 75001 Paris, 10115 Berlin. */
const TOWN = String.raw`\d{5}(?=\s\p{Lu}\p{Ll})`;
const ADDRESSED = String.raw`(?<!\p{L})(?:in|à|nach|aus|In|À|Nach|Aus) |\d[a-z]?, ?|(?:[Rr]ue|[Aa]venue|[Ss]traße) [^.!?\n]{1,40} `;
const AFTER_ADDRESS = new RegExp(String.raw`(?<=^|\n|${ADDRESSED})${TOWN}`, 'gu');
const AFTER_COMMA = new RegExp(String.raw`(?<=^|[,\n(–-] ?|${ADDRESSED})${TOWN}`, 'gu');

/** A row of characters that may be a code: groups with a figure in them, parted by one space or hyphen. */
const TOKEN = String.raw`(?=[A-Za-z0-9-]{0,24}\d)[A-Z0-9]{1,24}(?:-[A-Z0-9]{1,12}){0,6}|(?=[a-z0-9-]{0,24}\d)(?=[a-z0-9-]{0,24}[a-z])[a-z0-9]{4,24}(?:-[a-z0-9]{1,12}){0,6}`;
const MORE = String.raw`(?: (?:[A-Z]{0,4}\d[A-Z0-9]{1,11}|(?<= \d{1,2} )\d{1,2}|(?<=[A-Z0-9] )\d(?= \d|[.,!?]|$)))`;

const rulesOf = memo(({ context }: SpokenLexicon) => {
  const between = String.raw`(?:[\s:#=]{1,2}(?:${context.numberWords}|${context.links})(?![\p{L}]))`;
  const gap = String.raw`[\s:#=]{1,3}["'“„«*]?`;
  const codes = String.raw`((?:${TOKEN})${MORE}{0,8})(?![\p{L}\p{N}_%€$°]|[.,:/]\d|\s?(?:%|€|°))`;
  return {
    certain: new RegExp(String.raw`(?<!\p{L})((?:${context.code})(?!\p{L})${between}{0,4}${gap})${codes}`, 'giu'),
    likely: new RegExp(String.raw`(?<!\p{L})((?:${context.maybeCode})(?!\p{L})${between}{0,4}${gap})${codes}`, 'giu'),
    number: new RegExp(String.raw`(?:^|[^\p{L}])(?:${context.numberWords})[\s:]|#\s?$`, 'iu'),
    house: new RegExp(
      String.raw`${START}(\d{4,5}[A-Za-z]?)(?= (?:(?:[NSEW]\.?|North|South|East|West) )?(?:\p{Lu}[\p{L}'’.]{1,20} |\d{1,3}(?:st|nd|rd|th) ){1,3}(?:${context.street})(?!\p{L}))`,
      'giu',
    ),
    houseBehind: new RegExp(String.raw`(?<=(?:\p{Lu}\p{L}{0,30})?(?:${context.street}) )\d{4,5}[a-z]?${END}`, 'giu'),
  };
});

/** Spells card and account numbers, ISBNs and the like, which must run before telephone numbers are looked for. */
export function sayLongCodes(text: string, shelf: Shelf): string {
  return /\d/.test(text) ? sayShapes(text, LONG_SHAPES, shelf) : text;
}

function sayShapes(text: string, shapes: readonly RegExp[], shelf: Shelf): string {
  const say = (match: string) => (isPlainWord(match) ? match : shelf.put(spell(match)));
  return shapes.reduce((soFar, shape) => soFar.replace(shape, say), text);
}

/** The word for "number" where only a sign for it stands before a code: "order #12345". */
function sayLead(lead: string, { number }: SpokenLexicon): string {
  return lead.replace(/(?:#|(?<!\p{L})(?:no|nr|num)\.|n[°º]|№)\s?$/iu, `${number} `);
}

/** Spells codes, postcodes and long house numbers, known by shape or by a word before them. */
export function sayCodes(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!/\d/.test(text)) return text;
  const { certain, likely, number, house, houseBehind } = rulesOf(lexicon);
  const isCounted = (text: string) => isQuantityBefore(text, lexicon);
  const say = (code: string) => shelf.put(spell(code));
  return sayShapes(text, SHAPES, shelf)
    .replace(certain, (match: string, lead: string, code: string, at: number, whole: string) => {
      const isQuantity = /^\d{1,2}$/.test(code) && isCounted(after(whole, at + match.length, 15));
      return isQuantity || !hasCapitalsOrDigits(code) ? match : sayLead(lead, lexicon) + say(code);
    })
    .replace(likely, (match: string, lead: string, code: string, at: number, whole: string) => {
      const isQuantity = isCounted(after(whole, at + match.length, 15));
      const isShaped = /\d.*[A-Za-z]|[A-Za-z].*\d/.test(code) ? code.length > 3 : /\d{5}|\d{3}[ -]\d{2}/.test(code);
      const isNamed = number.test(lead) && (code.length > 2 || !/^\d+$/.test(code));
      return (isNamed || isShaped) && !(isQuantity && /^\d{1,5}$/.test(code)) && hasCapitalsOrDigits(code)
        ? sayLead(lead, lexicon) + say(code)
        : match;
    })
    .replace(STATE_AND_ZIP, say)
    .replace(lexicon.capitalNouns ? AFTER_ADDRESS : AFTER_COMMA, (match) => (match.endsWith('00') ? match : say(match)))
    .replace(house, (match: string, _, at: number, whole: string) =>
      /^ [\p{Lu}\d]/u.test(after(whole, at + match.length)) ? say(match) : match,
    )
    .replace(houseBehind, say)
    .replace(LONG, (match: string, at: number, whole: string) =>
      match.endsWith('000') ||
      /^\s\p{Ll}/u.test(after(whole, at + match.length)) ||
      /[$€£¥]\s?$/.test(before(whole, at))
        ? match
        : say(match),
    )
    .replace(BEFORE_CODE, `${lexicon.number} `);
}

/** The sign or abbreviation for "number" before a code that was spelled: "order no. A1B2C3". */
const BEFORE_CODE = new RegExp(String.raw`(?:#|(?<!\p{L})(?:[Nn]o|[Nn]r)\.|n°|№)\s?(?=[${SHELVED}])`, 'gu');

/** A number so long without any mark is none that is counted with. */
const LONG = new RegExp(String.raw`${START}\d{10,30}${END}`, 'gu');

/** Names that look like codes. */
function isPlainWord(match: string): boolean {
  return (
    /^(?:COVID|SARS|GPT|MP|HTTP|ISO|UTF|RS|USB|HDMI|WPA|SHA|AES|RTX|GTX)-?\d/.test(match) ||
    /^\d{4}-\d{2}-\d{2}$/.test(match)
  );
}

function hasCapitalsOrDigits(code: string): boolean {
  return /\d/.test(code);
}
