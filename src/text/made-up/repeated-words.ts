import { deflateSync } from 'node:zlib';

/** A word said so often in a row is a loop of the recogniser; a phrase, or a sentence of one word, fewer times. */
const COPIES_OF_WORD = 4;
const COPIES_OF_PHRASE = 3;

/** The longest phrase that is looked for, words. */
const LONGEST_PHRASE = 12;

/** Text that shrinks by more than this says the same again and again: where Whisper itself draws the line. */
const COMPRESSION_RATIO = 2.4;

/** People do say these several times in a row: telephone numbers. */
const NUMBERS = new Set(
  `zero oh one two three four five six seven eight nine ten double null eins zwei drei vier fünf sechs sieben acht neun zéro un
  deux trois quatre cinq sept huit neuf cero uno dos tres cuatro cinco seis siete ocho nueve due tre quattro sei sette otto nove um
  dois três quatro sete oito nul een twee drie vijf zes zeven negen`.split(/\s+/),
);

/** A text whose repetitions were cut, and whether there were any. */
export interface Cut {
  readonly text: string;
  readonly wasLoop: boolean;
}

/**
 * Cuts what a recogniser says again and again to one copy: "the the the the", "Okay. Okay. Okay.". What still repeats itself
 * too often for speech becomes an empty text.
 */
export function withoutLoops(text: string): Cut {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const kept: string[] = [];
  for (let at = 0; at < words.length; ) {
    const loop = loopAt(words, at);
    kept.push(...words.slice(at, at + (loop?.unit ?? 1)));
    at += loop ? loop.unit * loop.copies : 1;
  }
  // Characters without spaces between them.
  const cut = kept.join(' ').replace(/([\p{L}\p{M}]{2,12}?)[、。，,]?(?:\1[、。，,]?){3,}/gu, '$1');
  if (compressionRatio(cut) > COMPRESSION_RATIO) return { text: '', wasLoop: true };
  return cut.length < words.join(' ').length ? { text: cut, wasLoop: true } : { text, wasLoop: false };
}

/** How many times shorter a text becomes by compression. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length;
}

function loopAt(words: readonly string[], at: number): { readonly unit: number; readonly copies: number } | undefined {
  for (let unit = 1; unit <= LONGEST_PHRASE && at + unit * 2 <= words.length; unit++) {
    let copies = 1;
    while (isSame(words, at, at + copies * unit, unit)) copies += 1;
    const isSentence = /[.!?。！？]$/.test(words[at + unit - 1] ?? '');
    const enough = unit === 1 && !isSentence ? COPIES_OF_WORD : COPIES_OF_PHRASE;
    if (copies >= enough && !words.slice(at, at + unit).every(isNumber)) return { unit, copies };
  }
  return undefined;
}

function isSame(words: readonly string[], from: number, to: number, length: number): boolean {
  for (let index = 0; index < length; index++) {
    const word = words[to + index];
    if (word === undefined || plain(word) !== plain(words[from + index] ?? '')) return false;
  }
  return true;
}

const plain = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{M}\p{N}']/gu, '');
const isNumber = (word: string): boolean => /^\p{N}+$/u.test(plain(word)) || NUMBERS.has(plain(word));
