import type { PcmChunk } from '../../engines/tts.ts';
import type { Speech } from './speech.ts';

/** Rate of speech assumed for engines that do not tell where their words are, characters a second. */
const CHARACTERS_PER_SECOND = 15;

/** Places the words of one sentence in an answer: where the engine says they are, else by a guess at their length. */
export class WordMarks {
  readonly #words: readonly string[];
  readonly #speech: Speech;
  /** Where the sentence begins in the playout, samples. */
  readonly #start: number;
  #placed = 0;
  #guessAt: number;

  constructor(sentence: string, speech: Speech) {
    this.#words = sentence.split(/\s+/).filter((word) => word !== '');
    this.#speech = speech;
    this.#start = speech.playout.writtenSamples;
    this.#guessAt = this.#start;
  }

  /** A chunk of the sentence's audio is about to be written. */
  place(chunk: PcmChunk): void {
    const { sampleRate, writtenSamples } = this.#speech.playout;
    if (chunk.words) {
      for (const { atSample } of chunk.words) this.#place(this.#start + (atSample * sampleRate) / chunk.sampleRate);
      return;
    }
    const end = writtenSamples + (chunk.samples.length * sampleRate) / chunk.sampleRate;
    while (this.#placed < this.#words.length && this.#guessAt < end) {
      const at = this.#guessAt;
      this.#guessAt += (((this.#words[this.#placed]?.length ?? 0) + 1) * sampleRate) / CHARACTERS_PER_SECOND;
      this.#place(at);
    }
  }

  /** All audio of the sentence is here: words without a place are at its end. */
  placeRest(): void {
    const end = Math.max(0, this.#speech.playout.writtenSamples - 1);
    while (this.#placed < this.#words.length) this.#place(end);
  }

  /** The last word ends here, not where the next sentence begins. */
  close(): void {
    this.#speech.endWord(this.#speech.playout.writtenSamples);
  }

  #place(atSample: number): void {
    const word = this.#words[this.#placed];
    if (word === undefined) return;
    this.#placed += 1;
    this.#speech.place(word, atSample);
  }
}
