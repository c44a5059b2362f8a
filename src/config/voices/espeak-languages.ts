import { spokenLanguage } from '../language.ts';

/** The voices of the espeak package (0.3.5) that languages have, by the names it takes. */
const LANGUAGE_VOICES = new Set(
  `
  af am an ar as az ba be bg bn bpy bs ca ca-ba ca-nw ca-va cmn cmn-latn-pinyin cs cv cy da de el en en-029
  en-gb-scotland en-gb-x-gbclan en-gb-x-gbcwmd en-gb-x-rp en-us en-us-nyc eo es es-419 et eu fa fa-latn fi fo fr
  fr-be fr-ch ga gd gn grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb
  lfn lt ltg lv mi mk ml mr ms mt mto my nb nci ne nl nog om or pa pap piqd pl pt pt-br py qdb qu quc qya ro ru
  ru-cl ru-lv sd shn si sjn sk sl smj sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi vi-vn-x-central
  vi-vn-x-south xex yue`
    .trim()
    .split(/\s+/),
);

/** Further names of voices, and what they speak. */
const NAMED_VOICES: ReadonlyMap<string, string> = new Map(
  `
  amharic=am arabic=ar assamese=as bashkir=ba bengali=bn bosnian=bs catalan=ca czech=cs chuvash=cv welsh=cy
  danish=da german=de greek=el estonian=et basque=eu persian=fa finnish=fi faroese=fo guarani=gn gujarati=gu
  hawaiian=haw hebrew=he hindi=hi croatian=hr ido=io italian=it japanese=ja lojban=jbo georgian=ka kazakh=kk
  kannada=kn korean=ko konkani=kok kurdish=ku kyrgyz=ky latin=la latvian=lv marathi=mr malay=ms maltese=mt nepali=ne
  dutch=nl nogai=nog oromo=om oriya=or punjabi=pa klingon=piqd polish=pl pyash=py quechua=qu quenya=qya romanian=ro
  russian=ru sindhi=sd sinhala=si sindarin=sjn slovak=sk albanian=sq serbian=sr swedish=sv swahili=sw tamil=ta
  telugu=te thai=th tigrinya=ti turkmen=tk setswana=tn turkish=tr tatar=tt uyghur=ug urdu=ur uzbek=uz
  xextan-test=xex`
    .trim()
    .split(/\s+/)
    .map((entry) => entry.split('=') as [string, string]),
);

/** What may stand behind the "+": who speaks. */
const VARIANTS = new Set(
  `
  Alex Alicia Andrea Andy Annie AnxiousAndy Demonic Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario
  Michael Mike Nguyen Reed RicishayMax RicishayMax2 RicishayMax3 Storm Tweaky UniRobot adam anika anikaRobot
  announcer antonio aunty belinda benjamin boris caleb croak david ed edward edward2 f1 f2 f3 f4 f5 fast grandma
  grandpa gustave ian iven iven2 iven3 iven4 john kaukovalta klatt klatt2 klatt3 klatt4 klatt5 klatt6 linda m1 m2
  m3 m4 m5 m6 m7 m8 marcelo max michel miguel mike2 norbert pablo paul pedro quincy rob robert robosoft robosoft2
  robosoft3 robosoft4 robosoft5 robosoft6 robosoft7 robosoft8 sandro shelby steph steph2 steph3 travis victor
  whisper whisperf zac
`
    .trim()
    .split(/\s+/),
);

/** espeak's name of a language where it is not that of BCP 47. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  zh: 'cmn',
  'zh-hk': 'yue',
  'zh-yue': 'yue',
  no: 'nb',
  tl: 'fil',
  'en-gb': 'en',
  // `en` alone is British to espeak, American to most.
  en: 'en-us',
};

/** The names under which espeak may have a language, BCP 47: the most exact first. */
export function espeakNamesOf(language: string): string[] {
  const tag = language.trim().toLowerCase();
  const base = tag.split('-')[0] ?? tag;
  const exact = OTHER_NAMES[tag];
  if (exact !== undefined) return [exact];
  return tag === base ? [tag] : [tag, base === 'en' ? base : (OTHER_NAMES[base] ?? base)];
}

/** Whether espeak speaks a language, BCP 47. */
export function espeakSpeaks(language: string): boolean {
  return espeakNamesOf(language).some((name) => LANGUAGE_VOICES.has(name));
}

/** The language without region of a voice of espeak (`fr` of `fr+m3`, `zh` of `cmn`); undefined when espeak has no such voice. */
export function languageOfEspeakVoice(voice: string): string | undefined {
  const [spoken = '', variant] = voice.split('+');
  if (variant !== undefined && !VARIANTS.has(variant)) return undefined;
  const name = spoken.toLowerCase();
  const language = LANGUAGE_VOICES.has(name) ? name : NAMED_VOICES.get(name);
  return language === undefined ? undefined : spokenLanguage(language);
}
