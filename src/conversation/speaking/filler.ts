import { baseLanguage } from '../../text/language-tag.ts';

/** Said when the answer takes its time, by language (the first part of its BCP 47 tag). */
const FILLERS: Readonly<Record<string, string>> = {
  ar: 'لحظة من فضلك.',
  bg: 'Един момент.',
  ca: 'Un moment.',
  cs: 'Okamžik.',
  da: 'Et øjeblik.',
  de: 'Einen Moment.',
  el: 'Μια στιγμή.',
  en: 'One moment.',
  es: 'Un momento.',
  fa: 'یک لحظه.',
  fi: 'Hetkinen.',
  fr: 'Un instant.',
  he: 'רגע אחד.',
  hi: 'एक पल।',
  hr: 'Trenutak.',
  hu: 'Egy pillanat.',
  id: 'Sebentar.',
  it: 'Un momento.',
  ja: '少々お待ちください。',
  ko: '잠시만요.',
  nb: 'Et øyeblikk.',
  nl: 'Een ogenblik.',
  nn: 'Eit augeblikk.',
  no: 'Et øyeblikk.',
  pl: 'Chwileczkę.',
  pt: 'Um momento.',
  ro: 'O clipă.',
  ru: 'Одну минуту.',
  sk: 'Chvíľku.',
  sl: 'Trenutek.',
  sv: 'Ett ögonblick.',
  th: 'สักครู่',
  tr: 'Bir dakika.',
  uk: 'Одну хвилину.',
  ur: 'ایک لمحہ۔',
  vi: 'Xin chờ một chút.',
  zh: '请稍等。',
};

/**
 * What is said when the answer takes its time; undefined: nothing.
 * @param wish of the device: a text as it is, false or an empty text for nothing. Default: the usual words of the language
 * @param language BCP 47; in one that has no such words here nothing is said
 */
export function fillerOf(wish: boolean | string | undefined, language: string): string | undefined {
  if (typeof wish === 'string') return wish.trim() || undefined;
  return wish === false ? undefined : FILLERS[baseLanguage(language)];
}
