import type { PcmChunk } from '../../engines/tts.ts';
import { spokenLength, spreadWords } from '../../engines/word-places.ts';
import { SentenceWords } from './sentence-words.ts';
import type { Speech } from './speech.ts';

/**
 * Places the words of one sentence in an answer. An engine that tells where its words are is taken at its word, and never
 * guessed at. For any other the words are placed by a guess while the sentence is being made, and in proportion to their
 * lengths once all of it is there.
 */
export class WordMarks {
  readonly #words: SentenceWords;
  readonly #speech: Speech;
  /** Rate of speech that is guessed at, letters a second. */
  readonly #lettersPerSecond: number;
  /** Where the sentence begins in the playout, samples. */
  readonly #start: number;
  /** Samples of the sentence that were written. */
  #written = 0;
  /** Words that have their place. */
  #placed = 0;
  /** Of those, the last ones: by a guess, which begins here. */
  #guessed = 0;
  #guessedFrom = 0;
  /** Where the next word is guessed to begin. */
  #guessAt: number;
  #lastAt: number;

  /** @param lettersPerSecond as the voice speaks, as far as is known; in letters of `spokenLength` */
  constructor(sentence: string, speech: Speech, lettersPerSecond: number) {
    this.#words = new SentenceWords(sentence);
    this.#speech = speech;
    this.#lettersPerSecond = lettersPerSecond;
    this.#start = speech.playout.writtenSamples;
    this.#guessAt = this.#start;
    this.#lastAt = this.#start;
  }

  /** A chunk of the sentence's audio is about to be written. @param isTimed the engine tells where its words are */
  place(chunk: PcmChunk, isTimed: boolean): void {
    if (isTimed) this.#placeNamed(chunk);
    else this.#guess(chunk);
  }

  /** Audio of the sentence, at the playout's rate. */
  write(samples: Int16Array): void {
    this.#written += samples.length;
    this.#speech.playout.write(samples);
  }

  /** All audio of the sentence was written: words without a place of their own get theirs. */
  finish(): void {
    const end = this.#speech.playout.writtenSamples;
    if (this.#guessed > 0) this.#placeGuessedAnew(end);
    this.#fillUpTo(this.#words.texts.length, end);
    // The last word ends here, not where the next sentence begins.
    this.#speech.endWord(end);
  }

  /** Silence that the playout put into the sentence because the engine was too slow, samples. */
  get #gaps(): number {
    return this.#speech.playout.writtenSamples - this.#start - this.#written;
  }

  #placeNamed({ words = [], sampleRate }: PcmChunk): void {
    const { playout } = this.#speech;
    for (const { text, atSample } of words) {
      const index = this.#words.find(text);
      // It may have been guessed at, when another engine has begun the sentence.
      if (index === null || index < this.#placed) continue;
      const at = this.#start + this.#gaps + (atSample * playout.sampleRate) / sampleRate;
      this.#fillUpTo(index, at);
      this.#place(at);
      this.#guessed = 0;
      this.#guessAt = this.#lastAt;
    }
  }

  #guess({ samples, sampleRate }: PcmChunk): void {
    const { playout } = this.#speech;
    const end = playout.writtenSamples + (samples.length * playout.sampleRate) / sampleRate;
    for (let next = this.#next; next !== undefined && this.#guessAt < end; next = this.#next) {
      const at = this.#guessAt;
      if (this.#guessed === 0) this.#guessedFrom = at;
      this.#guessAt += (spokenLength(next) * playout.sampleRate) / this.#lettersPerSecond;
      this.#place(at);
      this.#guessed += 1;
    }
  }

  #placeGuessedAnew(end: number): void {
    const first = this.#placed - this.#guessed;
    const places = spreadWords(this.#words.texts.slice(first), this.#guessedFrom, end);
    this.#speech.moveLast(places.slice(0, this.#guessed));
    this.#lastAt = places[this.#guessed - 1] ?? this.#lastAt;
    for (const place of places.slice(this.#guessed)) this.#place(place);
    this.#guessed = 0;
  }

  /** Places the words before this one that the engine has passed over. */
  #fillUpTo(index: number, end: number): void {
    const before = this.#words.texts.slice(Math.max(0, this.#placed - 1), index);
    const places = spreadWords(before, this.#lastAt, end);
    for (const place of this.#placed > 0 ? places.slice(1) : places) this.#place(place);
  }

  get #next(): string | undefined {
    return this.#words.texts[this.#placed];
  }

  #place(atSample: number): void {
    const word = this.#next;
    if (word === undefined) return;
    this.#placed += 1;
    this.#lastAt = Math.max(this.#lastAt, atSample);
    this.#speech.place(word, this.#lastAt);
  }
}
