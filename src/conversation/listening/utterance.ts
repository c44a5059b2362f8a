import type { Stt, SttCapabilities, SttResult, SttStream } from '../../engines/stt.ts';
import type { Endpointing, EndReason } from './endpointing.ts';
import { TranscriptWords } from './transcript-words.ts';

/** What an utterance is recognised with, and who is told. */
export interface UtteranceOptions {
  readonly stt: Stt;
  /** The device's name. */
  readonly key: string;
  readonly language: string | undefined;
  /** Decides when it is over, by what its recogniser can do. */
  readonly endpointing: (recogniser: SttCapabilities) => Endpointing;
  readonly startedAtMs: number;
  /** The recogniser has something new to say. */
  readonly onText: (utterance: Utterance) => void;
  readonly onError: (utterance: Utterance, error: unknown) => void;
  /** A defect of ours. */
  readonly onFault: (cause: unknown) => void;
}

/** What the user says, from the first syllable to the final transcript: by itself, or over an answer. */
export class Utterance {
  readonly startedAtMs: number;
  /** Words as they become known, for the device's screen. */
  readonly words = new TranscriptWords();
  /** Everything recognised so far. */
  text = '';
  isFinal = false;
  /** Nothing more will be said. */
  isEnded = false;
  /** When speech was last heard in it. */
  lastSpeechAtMs: number;
  readonly #endpointing: Endpointing;
  readonly #abort = new AbortController();
  readonly #stream: SttStream;

  constructor(options: UtteranceOptions) {
    const { stt, key, language, endpointing, startedAtMs } = options;
    this.startedAtMs = startedAtMs;
    this.lastSpeechAtMs = startedAtMs;
    this.#stream = stt.open({ key, ...(language === undefined ? {} : { language }), signal: this.#abort.signal });
    this.#endpointing = endpointing(this.#stream.capabilities);
    this.#recognise(options).catch(options.onFault);
  }

  get endpointing(): Endpointing {
    return this.#endpointing;
  }

  /** Name of the engine that recognises it. */
  get engine(): string {
    return this.#stream.engine;
  }

  /** Whether its recogniser says anything before the end. */
  get hasPartials(): boolean {
    return this.#stream.capabilities.partials;
  }

  get cancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Audio from before it was noticed. */
  preRoll(frame: Int16Array): void {
    this.#stream.write(frame);
  }

  /** One more frame of 20 ms; why the utterance is over with it, or null. */
  write(frame: Int16Array, speech: boolean, nowMs: number, frameMs: number): EndReason | null {
    if (speech) this.lastSpeechAtMs = nowMs;
    this.#stream.write(frame);
    return this.#endpointing.ends(speech, frameMs);
  }

  /** Nothing more will be said: the final text is wanted. Calling it twice does nothing. */
  finish(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#stream.end();
  }

  /** Throws it away. */
  cancel(): void {
    this.#abort.abort();
  }

  async #recognise({ onText, onError }: UtteranceOptions): Promise<void> {
    const results = this.#stream.results[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<SttResult>;
      try {
        next = await results.next();
      } catch (error) {
        if (!this.cancelled) onError(this, error);
        return;
      }
      if (next.done) return;
      if (this.cancelled) break;
      const { value } = next;
      this.text = value.text.trim();
      if (value.type === 'partial') this.#endpointing.partial(this.text, value.endpoint);
      else this.isFinal = true;
      onText(this);
    }
    await results.return?.();
  }
}
