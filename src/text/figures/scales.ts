import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { anyOf, memo } from '../replacement.ts';
import { applyRules, counted, NOT_BEFORE, NUMBER, type Rule } from './number.ts';

/** Says scales behind a number that is no money: 10k followers, 3bn people, 5 Mio. Menschen. A 5k is a run. */
export function sayScales(text: string, lexicon: SpokenLexicon): string {
  return applyRules(text, rulesOf(lexicon));
}

const rulesOf = memo((lexicon: SpokenLexicon): readonly Rule[] => {
  const { scaleSigns, scales } = lexicon;
  const say = (value = '', sign = '') => {
    const scale = scaleSigns[sign];
    return scale === undefined ? `${value}${sign}` : `${value} ${counted(scales[scale], value, lexicon)}`;
  };
  const attached = anyOf(['bn', 'mn', 'Md', 'Mds', 'Mrd'].filter((sign) => sign in scaleSigns));
  const spaced = anyOf(['Mio', 'Mrd', 'Tsd', 'Md', 'Mds', 'Bio'].filter((sign) => sign in scaleSigns));
  return [
    [
      new RegExp(
        String.raw`(?<!(?<!\p{L})(?:an?|the|my|un|le|ein|einen|den)\s)${NOT_BEFORE}(${NUMBER})(k)(?![\p{L}\p{N}]|\s(?:run|race|runner)|-)`,
        'giu',
      ),
      (match, value, sign = '') => (sign === 'k' ? say(value, sign) : match),
    ],
    [
      new RegExp(String.raw`${NOT_BEFORE}(${NUMBER})(M)(?=\s\p{L}\p{Ll}|\+)`, 'gu'),
      (_, value, sign) => say(value, sign),
    ],
    [
      new RegExp(String.raw`${NOT_BEFORE}(${NUMBER})(${attached})(?![\p{L}\p{N}])`, 'gu'),
      (_, value, sign) => say(value, sign),
    ],
    [
      new RegExp(String.raw`${NOT_BEFORE}(${NUMBER})\s?(${spaced})(?![\p{L}\p{N}])\.?`, 'gu'),
      (_, value, sign) => say(value, sign),
    ],
  ];
});
