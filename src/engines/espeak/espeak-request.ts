import { AsyncQueue } from '../../core/async-queue.ts';
import type { PcmChunk } from '../tts.ts';
import { spokenLength, spreadWords } from '../word-places.ts';
import type { EspeakWordMark } from './espeak-messages.ts';
import { plainText, splitUnits, type TextUnit, WordMarks } from './espeak-text.ts';
import type { EspeakVoice } from './espeak-voices.ts';

/** About what espeak itself leaves between two sentences of one call, milliseconds; between calls it leaves nothing. */
export const SENTENCE_PAUSE_MS = 300;

/** Speech that may lie ready, not yet taken: enough for any playout, and a bound on memory. */
const MAX_READY_MS = 10_000;

interface PlacedWord {
  readonly text: string;
  readonly atSample: number;
}

/** One call of `speak` on its way: the units still to be said, and the audio not yet taken. */
export class EspeakRequest {
  readonly id: number;
  readonly voice: EspeakVoice;
  readonly audio = new AsyncQueue<PcmChunk>();
  readonly #units: readonly TextUnit[];
  #next = 0;
  #marks = new WordMarks('');
  /** The last word of the present unit that has its place. */
  #last: PlacedWord | undefined;
  #pending: PlacedWord[] = [];
  #unitStart = 0;
  #made = 0;
  #taken = 0;
  #sampleRate = 0;

  constructor(id: number, text: string, voice: EspeakVoice) {
    this.id = id;
    this.voice = voice;
    this.#units = splitUnits(text);
  }

  get finished(): boolean {
    return this.#next >= this.#units.length;
  }

  /** Whether so much audio lies ready that the rest can wait. */
  get satisfied(): boolean {
    return (this.#made - this.#taken) * 1_000 > MAX_READY_MS * this.#sampleRate;
  }

  /** The next unit's text, as espeak is to get it. */
  nextUnit(sampleRate: number): string {
    const unit = this.#units[this.#next++];
    this.#sampleRate = sampleRate;
    if (this.#made > 0 && this.#units[this.#next - 2]?.endsSentence) this.#silence(SENTENCE_PAUSE_MS);
    this.#unitStart = this.#made;
    this.#last = undefined;
    this.#marks = new WordMarks(unit?.text ?? '');
    return plainText(unit?.text ?? '');
  }

  /** Audio of the present unit. */
  heard(samples: Int16Array, words: readonly EspeakWordMark[]): void {
    for (const { position, atMs } of words)
      this.#mark(position, this.#unitStart + Math.round((atMs * this.#sampleRate) / 1_000));
    if (samples.length > 0) this.#push(samples);
  }

  /** The present unit is over: words that espeak did not name are given all the same. */
  unitDone(): void {
    this.#place(this.#marks.upTo(Number.POSITIVE_INFINITY), this.#made);
    if (this.#pending.length > 0) this.#silence(10);
  }

  /** The caller has taken a chunk. */
  taken(chunk: PcmChunk): void {
    this.#taken += chunk.samples.length;
  }

  /** Espeak has come to this position of the text. */
  #mark(position: number, atSample: number): void {
    const words = this.#marks.upTo(position);
    const named = words.pop();
    // It says several words for "42", all at one position or the next.
    if (named === undefined) return;
    this.#place(words, atSample);
    this.#put(named, atSample);
  }

  /**
   * Places words that espeak ran into the one before them, and did not name. The first begins in proportion to its length. The
   * others come at the end, so that what was heard is not off by more than a word, wherever they were.
   */
  #place(words: readonly string[], end: number): void {
    const last = this.#last;
    const places = spreadWords(last ? [last.text, ...words] : words, last?.atSample ?? this.#unitStart, end);
    if (last) places.shift();
    let hasWord = false;
    for (const [index, text] of words.entries()) {
      this.#put(text, hasWord ? end : (places[index] ?? end));
      hasWord ||= spokenLength(text) > 0;
    }
  }

  #put(text: string, atSample: number): void {
    const word = { text, atSample: Math.max(Math.round(atSample), this.#last?.atSample ?? 0) };
    this.#last = word;
    this.#pending.push(word);
  }

  #silence(ms: number): void {
    this.#push(new Int16Array(Math.round((ms * this.#sampleRate) / 1_000)));
  }

  #push(samples: Int16Array): void {
    this.#made += samples.length;
    const words = this.#pending.filter((word) => word.atSample <= this.#made);
    this.#pending = this.#pending.filter((word) => word.atSample > this.#made);
    this.audio.push({ sampleRate: this.#sampleRate, samples, ...(words.length > 0 && { words }) });
  }
}
