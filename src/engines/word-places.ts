/** How long a character takes to say, in letters of the Latin alphabet: a digit is a word, a Chinese character a syllable. */
const LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/[\p{scx=Han}\p{scx=Hang}]/u, 3],
  [/[\p{scx=Hira}\p{scx=Kana}]/u, 2],
  [/\p{L}/u, 1],
  [/\p{N}/u, 4],
  [/[%&+=@€£$¥°]/u, 4],
];

/** The pause behind a sentence mark at the end of a word, in letters. */
const PAUSES: readonly (readonly [RegExp, number])[] = [
  [/[.!?…。！？।؟]["'”’»)\]]*$/u, 6],
  [/[,;:，、；：،]["'”’»)\]]*$/u, 3],
];

/** About how long a word takes to say, in letters, with the gap behind it. Punctuation alone takes no time: 0. */
export function spokenLength(word: string): number {
  let length = 0;
  for (const character of word) length += LENGTHS.find(([kind]) => kind.test(character))?.[1] ?? 0;
  if (length === 0) return 0;
  return length + 1 + (PAUSES.find(([mark]) => mark.test(word))?.[1] ?? 0);
}

/** Where words begin that are said from one place to another: in proportion to their lengths, the first at `from`. */
export function spreadWords(words: readonly string[], from: number, to: number): number[] {
  const lengths = words.map(spokenLength);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let before = 0;
  return lengths.map((length) => {
    const place = whole > 0 ? from + ((to - from) * before) / whole : from;
    before += length;
    return place;
  });
}
