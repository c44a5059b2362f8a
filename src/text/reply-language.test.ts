import { expect, it } from 'vitest';
import { languageOfText } from './reply-language.ts';

const EN = ['en'];
const BOTH = ['en', 'fr'];

it.each([
  // By script.
  ['今天天气很好。', EN, 'zh'],
  ['今天天气很好。', ['en', 'zh-TW'], 'zh-TW'],
  ['今日は天気がいいです。', EN, 'ja'],
  ['東京都知事選挙の結果', ['zh'], 'ja'],
  ['大丈夫', ['ja'], 'ja'],
  ['안녕하세요', EN, 'ko'],
  ['Сегодня хорошая погода.', EN, 'ru'],
  ['Сьогодні гарна погода.', ['uk', 'en'], 'uk'],
  ['الطقس جميل اليوم', EN, 'ar'],
  ['هوا امروز خوب است', ['fa'], 'fa'],
  ['आज मौसम अच्छा है।', EN, 'hi'],
  ['วันนี้อากาศดี', EN, 'th'],
  ['Ο καιρός είναι καλός.', EN, 'el'],
  ['מזג האוויר נאה', EN, 'he'],
  ['"Hello" is 你好 in Chinese, and the rest of this is English.', EN, 'en'],
  // By words, of the device's own languages.
  ['The weather is fine today.', BOTH, 'en'],
  ['Il fait beau et les oiseaux chantent.', BOTH, 'fr'],
  ['C’est une bonne idée.', BOTH, 'fr'],
  ['Das ist eine gute Idee.', ['de-AT', 'en'], 'de-AT'],
  ['Guten Tag!', ['de'], 'de'],
  // Of another one.
  ['Das Wetter ist heute sehr schön, und die Sonne scheint.', EN, 'de'],
  ['Le temps est beau et les oiseaux chantent dans le jardin.', EN, 'fr'],
  ['El tiempo es bueno hoy y los pájaros cantan en el jardín.', EN, 'es'],
  ['The weather is fine and there is not a cloud in the sky.', ['de'], 'en'],
  // Nothing of the kind.
  ['The film is called Das Boot.', EN, 'en'],
  ['They say c’est la vie.', EN, 'en'],
  ['Okay!', BOTH, undefined],
  ['12:30', EN, undefined],
  ['', EN, undefined],
  ['Bună ziua, cum este vremea?', ['ro'], undefined],
] as const)('"%s" for %j is %s', (text, languages, expected) => {
  expect(languageOfText(text, languages)).toBe(expected);
});
