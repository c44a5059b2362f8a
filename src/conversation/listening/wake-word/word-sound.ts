/** Letters that stay when accents are taken off, in plain Latin letters. */
const SPELLED: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', '’': "'", '‘': "'" },
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    д: 'd',
    е: 'e',
    ж: 'zh',
    з: 'z',
    и: 'i',
    к: 'k',
    л: 'l',
    м: 'm',
    н: 'n',
    о: 'o',
  },
  ...{
    п: 'p',
    р: 'r',
    с: 's',
    т: 't',
    у: 'u',
    ф: 'f',
    х: 'h',
    ц: 'ts',
    ч: 'ch',
    ш: 'sh',
    щ: 'sh',
    ъ: '',
    ы: 'i',
    ь: '',
  },
  ...{ э: 'e', ю: 'yu', я: 'ya', і: 'i', ї: 'i', є: 'e' },
};

/** Lower case without accents; Cyrillic in Latin letters. Other scripts stay, without their marks. */
export function plainLetters(text: string): string {
  const bare = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return bare.replace(/[^a-z0-9\s]/gu, (letter) => SPELLED[letter] ?? letter);
}

/** Spellings of one sound, in whatever language; in this order. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch/g, 'tS'],
  [/sch|sh|ch/g, 'S'],
  [/g(?=[eiy])/g, 'j'],
  [/ci(?=[aou])/g, 'S'],
  [/dzh|zh|dj|dg/g, 'j'],
  [/ph/g, 'f'],
  [/([tgrk])h/g, '$1'],
  [/x/g, 'ks'],
  [/qu|q|ck/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/eau|au/g, 'o'],
  [/ou|oo|ue/g, 'u'],
  [/ai|ay|ei|ey/g, 'e'],
  [/ee/g, 'i'],
  [/y/g, 'i'],
  [/(.)\1+/gu, '$1'],
];

/** About how a word sounds: words that are spelled differently and sound alike have one key. @param letters plain letters */
export function soundOf(letters: string): string {
  return SPELLINGS.reduce((sound, [spelling, key]) => sound.replace(spelling, key), letters);
}

const VOWELS = new Set('aeiou');

/** Sounds that are taken for each other, and what that costs. */
const SIMILAR: ReadonlyMap<string, number> = new Map(
  'bp.35 dt.35 gk.35 fv.35 vw.35 uw.4 ow.5 sz.2 jS.35 sS.5 kS.6 gj.5 dj.6 ij.5 mn.35 bv.4 lr.5 hw.7 hr.6'
    .split(' ')
    .flatMap((pair) => {
      const [a = '', b = ''] = pair;
      const cost = Number(pair.slice(2));
      return [[a + b, cost] as const, [b + a, cost] as const];
    }),
);

/** What a sound costs that is there once and not in the other word. */
const LOOSE: Readonly<Record<string, number>> = { h: 0.3, w: 0.5, j: 0.6 };
const VOWEL = 0.5;
const OTHER_VOWEL = 0.4;
/** An "r" behind a vowel, which many speakers leave out, and a last consonant. */
const WEAK_R = 0.6;
const LAST = 0.85;
const SWAPPED = 0.8;

/**
 * How far two words are apart in sound: an edit distance in which similar sounds and weak ones cost less than 1.
 * @param a a key from `soundOf`, as is `b`
 */
export function soundDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = [0];
  for (let j = 1; j <= b.length; j++) row.push((row[j - 1] ?? 0) + looseCost(b, j - 1));
  for (let i = 1; i <= a.length; i++) {
    const next = [(row[0] ?? 0) + looseCost(a, i - 1)];
    for (let j = 1; j <= b.length; j++) {
      const [x = '', y = ''] = [a[i - 1], b[j - 1]];
      let cost = Math.min(
        (row[j - 1] ?? 0) + otherCost(x, y),
        (row[j] ?? 0) + looseCost(a, i - 1),
        (next[j - 1] ?? 0) + looseCost(b, j - 1),
      );
      if (i > 1 && j > 1 && x === b[j - 2] && y === a[i - 2]) cost = Math.min(cost, (before[j - 2] ?? 0) + SWAPPED);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}

function otherCost(x: string, y: string): number {
  if (x === y) return 0;
  if (VOWELS.has(x) && VOWELS.has(y)) return OTHER_VOWEL;
  return SIMILAR.get(x + y) ?? 1;
}

function looseCost(word: string, index: number): number {
  const sound = word[index] ?? '';
  if (VOWELS.has(sound)) return VOWEL;
  const loose = LOOSE[sound];
  if (loose !== undefined) return loose;
  if (sound === 'r' && VOWELS.has(word[index - 1] ?? '')) return WEAK_R;
  return index === word.length - 1 && index > 1 ? LAST : 1;
}
