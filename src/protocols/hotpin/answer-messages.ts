import { int16ToPcmBytes } from '../../audio/pcm.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { streamedWavHeader } from '../../audio/wav.ts';
import type { Link } from '../../transport/link.ts';
import { SentFrames } from '../sent-frames.ts';

/** Letters that a voice says in a second, for the length of an answer that is not spoken yet. */
const LETTERS_PER_SECOND = 14;

/** What a pin is told of an answer: its words, and its audio, each piece announced. */
export class AnswerMessages {
  readonly #link: Link;
  readonly #format: 'pcm' | 'wav';
  readonly #sent = new SentFrames();
  /** The reply as it is written. */
  #reply = '';
  /** The device was told the whole of it. */
  #isTold = false;
  #seq = 0;

  constructor(link: Link, format: 'pcm' | 'wav') {
    this.#link = link;
    this.#format = format;
  }

  /** Frames that wait in the link. */
  get waitingFrames(): number {
    return this.#sent.waiting(this.#link.bufferedBytes);
  }

  /** There are words of the reply. */
  get isWritten(): boolean {
    return this.#reply.trim() !== '';
  }

  /** A reply begins, or the question that it will be to. */
  begin(): void {
    this.#reply = '';
    this.#isTold = false;
  }

  /** A piece of the reply was written. */
  written(delta: string): void {
    this.#reply += delta;
  }

  /** All of the reply was written. */
  whole(text: string): void {
    this.#reply = text;
    this.#isTold = true;
    this.#tell();
  }

  /** Its words stand before its audio, as far as they are written by then. */
  wordsFirst(): void {
    if (!this.#isTold) this.#tell();
  }

  /** There is something to play. */
  ready(): void {
    this.#seq = 0;
    this.#json('tts_ready', {
      // An estimate: the answer is still being spoken.
      duration_ms: Math.round((this.#reply.length * 1000) / LETTERS_PER_SECOND),
      sampleRate: HEARING_RATE,
      format: this.#format,
    });
  }

  /** A frame of its audio. */
  frame(frame: Int16Array): void {
    const samples = int16ToPcmBytes(frame);
    const isFirst = this.#seq === 0;
    const bytes =
      this.#format === 'wav' && isFirst ? Buffer.concat([streamedWavHeader(HEARING_RATE), samples]) : samples;
    this.#json('tts_chunk_meta', { seq: this.#seq, len_bytes: bytes.length });
    this.#seq += 1;
    this.#sent.sent(bytes.length);
    this.#link.send(bytes);
  }

  #tell(): void {
    if (this.isWritten) this.#json('llm', { text: this.#reply, final: this.#isTold });
  }

  #json(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#link.send(JSON.stringify({ type, ...fields }));
  }
}
