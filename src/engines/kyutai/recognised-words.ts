import type { SttResult } from '../stt.ts';

type SttWord = NonNullable<SttResult['words']>[number];

/** The words of one utterance with their times, as they become known. */
export class RecognisedWords {
  readonly #words: { text: string; startMs: number; endMs: number | undefined }[] = [];

  /** All words with a space between. */
  get text(): string {
    return this.#words.map(({ text }) => text).join(' ');
  }

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  /** A word begins. @param startSeconds from the first sample of the utterance */
  begins(text: string, startSeconds: number): void {
    const word = text.trim();
    if (word === '') return;
    this.#words.push({ text: word, startMs: milliseconds(startSeconds), endMs: undefined });
  }

  /** The last word ends. @param stopSeconds from the first sample of the utterance */
  ends(stopSeconds: number): void {
    const last = this.#words.at(-1);
    if (last) last.endMs = Math.max(last.startMs, milliseconds(stopSeconds));
  }

  /** The words so far. One whose end is not known ends where the next one begins, the last one where it begins. */
  list(): SttWord[] {
    return this.#words.map(({ text, startMs, endMs }, index) => ({
      text,
      startMs,
      endMs: endMs ?? Math.max(startMs, this.#words[index + 1]?.startMs ?? startMs),
    }));
  }
}

function milliseconds(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1_000));
}
