import { KeptAudio } from '../../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../../audio/rates.ts';
import { AsyncQueue } from '../../../core/async-queue.ts';
import type { SttCapabilities, SttResult, SttStream } from '../../../engines/stt.ts';

/** The longest utterance that is kept, samples: 30 s, 960 KB. None is longer. */
const MOST_SAMPLES = HEARING_RATE * 30;

/** What was asked about the utterance so far. */
interface Question {
  answer: Answer | undefined;
  error: unknown;
  isOver: boolean;
}

/** A final result of the recogniser. */
export type Answer = Extract<SttResult, { type: 'final' }>;

/**
 * One utterance for a recogniser that says nothing before the end, which can be asked early all the same: the utterance so
 * far is recognised as if it were over. If nothing more is said behind that, the answer is the final result and nothing is
 * asked again. Until it is asked, the recogniser is sent nothing.
 */
export class BlindStream implements SttStream {
  readonly engine: string;
  readonly capabilities: SttCapabilities;
  readonly results = new AsyncQueue<SttResult>();
  readonly #open: () => SttStream;
  readonly #onAnswer: (answer: Answer | null) => void;
  /** Opened for its properties, and used for the first question. */
  #unused: SttStream | undefined;
  readonly #audio = new KeptAudio(MOST_SAMPLES);
  #question: Question | undefined;
  #isEnded = false;

  /**
   * @param first a stream of the recogniser into which nothing was written
   * @param open another one of the same recogniser, with the same signal
   * @param onAnswer what an early question gave; null: it failed
   */
  constructor(first: SttStream, open: () => SttStream, signal: AbortSignal, onAnswer: (answer: Answer | null) => void) {
    this.engine = first.engine;
    this.capabilities = first.capabilities;
    this.#unused = first;
    this.#open = open;
    this.#onAnswer = onAnswer;
    signal.addEventListener('abort', () => this.#close(), { once: true });
  }

  write(samples: Int16Array): void {
    if (!this.#isEnded) this.#audio.add(samples);
  }

  /** Asks what was said so far. A failure shows in the results only if nothing is asked behind it. */
  ask(): void {
    if (!this.#isEnded) this.#ask();
  }

  /** No more audio will come, and what was asked last is about all that was said: its answer is the final result. */
  settle(): void {
    if (this.#isEnded) return;
    if (!this.#question) this.#ask();
    this.#isEnded = true;
    this.#audio.clear();
    this.#conclude();
  }

  /** No more audio will come. */
  end(): void {
    if (this.#isEnded) return;
    this.#ask();
    this.settle();
  }

  /** No more audio will come, and nothing of it is worth being recognised: an empty final result. */
  discard(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.results.push({ type: 'final', text: '' });
    this.#close();
  }

  #ask(): void {
    const stream = this.#unused ?? this.#open();
    this.#unused = undefined;
    const question: Question = { answer: undefined, error: undefined, isOver: false };
    this.#question = question;
    stream.write(this.#audio.samples);
    stream.end();
    void this.#listen(stream, question);
  }

  async #listen(stream: SttStream, question: Question): Promise<void> {
    try {
      for await (const result of stream.results) if (result.type === 'final') question.answer = result;
    } catch (error) {
      question.error = error;
    }
    question.isOver = true;
    if (question !== this.#question) return;
    if (this.#isEnded) this.#conclude();
    else this.#onAnswer(question.answer ?? null);
  }

  /** Makes what was asked last the end of it, once it is answered. */
  #conclude(): void {
    const { answer, error, isOver } = this.#question ?? { isOver: true };
    if (!isOver) return;
    if (answer) this.results.push(answer);
    else if (error !== undefined) this.results.fail(error);
    this.#close();
  }

  #close(): void {
    this.#isEnded = true;
    this.#audio.clear();
    this.results.end();
  }
}
