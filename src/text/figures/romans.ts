import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, memo } from '../replacement.ts';

/** Names of rulers and popes, in several languages, behind which a Roman number is an ordinal. */
const RULERS =
  'Louis|Henry|Henri|Heinrich|Charles|Karl|Carl|Carlos|Carlo|George|Georg|Georges|Edward|Édouard|Eduard|Elizabeth|Elisabeth|Élisabeth|James|Jacques|Jakob|William|Wilhelm|Willem|Guillaume|Richard|John|Jean|Johann|Johannes|Juan|João|Paul|Pius|Pie|Benedict|Benoît|Benedikt|Leo|Léon|Gregory|Grégoire|Gregor|Clement|Clément|Innocent|Innozenz|Urban|Urbain|Francis|François|Franz|Franziskus|Napoleon|Napoléon|Philip|Philippe|Philipp|Felipe|Frederick|Frédéric|Friedrich|Nicholas|Nicolas|Nikolaus|Alexander|Alexandre|Catherine|Katharina|Ivan|Iwan|Peter|Pierre|Otto|Ludwig|Ferdinand|Alfonso|Alphonse|Gustav|Gustave|Harald|Olav|Haakon|Christian|Margrethe|Ramses|Ramesses|Ramsès|Ptolemy|Ptolémée|Cleopatra|Cléopâtre|Kleopatra|Xerxes|Darius|Mehmed|Mehmet|Murad|Selim|Leopold|Léopold|Albert|Rainier|Pedro|Manuel|Umberto|Mary|Marie|Robert|David|Stephen|Étienne|Sixtus|Sixte|Julius|Jules|Boniface|Bonifatius|Alexios|Basil|Constantine|Constantin|Konstantin|Theodosius|Théodose|Thutmose|Amenhotep|Joseph|Josef|Maximilian|Maximilien|Rudolf|Rodolphe|Sigismund|Baldwin|Baudouin|Michael|Sancho|Kenneth|Edmund|Conrad|Konrad|Lothar|Hugh|Hugues|Victor|Viktor|Emmanuel|Emanuel';

const ROMAN = `(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})(?:er|ère|re)?`;
const LONG_ROMAN = `(?:X{1,3}(?:IX|IV|V?I{1,3}|V)|X{2,3}|IX|IV|V?I{2,3}|VI)`;

const rulesOf = memo((lexicon: SpokenLexicon) => ({
  rulers: new RegExp(
    String.raw`(?<!\p{L})((?:${RULERS})) (${ROMAN})(?![\p{L}\p{N}]|['’](?!s(?!\p{L})))(?:\.(?=\s\p{Ll}|,))?`,
    'gu',
  ),
  parts: new RegExp(
    String.raw`(?<!\p{L})((?:${lexicon.context.part})\s)(${ROMAN}|[XVI]*(?:XL|L)X{0,3}(?:IX|IV|V?I{0,3}))(?![\p{L}\p{N}'’])`,
    'giu',
  ),
}));

/** A numeral of two letters or more behind a name: Rocky IV. Behind these words it would be something else. */
const NAMED = new RegExp(
  String.raw`(?<![\p{L}\p{N}'’])(?!(?:The|An?|Le|La|Les|Der|Die|Das|My|Mein|Size|Taille|Größe)\s)(\p{Lu}\p{Ll}[\p{L}'’-]{1,30}) (${LONG_ROMAN})(?![\p{L}\p{N}'’])`,
  'gu',
);

/** Says Roman numerals: Louis XIV, Chapter IV, World War II, XXIe siècle. A single letter counts only behind such words. */
export function sayRomans(text: string, lexicon: SpokenLexicon): string {
  if (!/[IVXL]/.test(text)) return text;
  const { rulers, parts } = rulesOf(lexicon);
  return text
    .replace(
      /(?<![\p{L}\p{N}])((?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3}))(e|ème|er|ère)(?![\p{L}\p{N}])/gu,
      (_, roman: string, suffix: string) => {
        const number = `${romanValue(roman)}${suffix}`;
        return lexicon.ordinals.get(number) ?? number;
      },
    )
    .replace(rulers, (match: string, name: string, roman: string, at: number, whole: string) => {
      // "Charles I know" is no king.
      if (roman === 'I' && /^\s(?!of|and|was|in|the|from|et|und|de|von)\p{L}/u.test(after(whole, at + match.length)))
        return match;
      return `${name} ${lexicon.regnal(romanValue(roman.replace(/[a-zè]+$/, '')))}`;
    })
    .replace(parts, (match: string, part: string, roman: string) =>
      roman === roman.toUpperCase() ? `${part}${romanValue(roman)}` : match,
    )
    .replace(NAMED, (_, name: string, roman: string) => `${name} ${romanValue(roman)}`);
}

const VALUES: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50 };

function romanValue(roman: string): number {
  return [...roman].reduce((sum, sign, at) => {
    const value = VALUES[sign] ?? 0;
    return value < (VALUES[roman[at + 1] ?? ''] ?? 0) ? sum - value : sum + value;
  }, 0);
}
