import { KeptAudio } from '../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { createResampler } from '../../audio/resample.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { SttCapabilities, SttResult, SttStream } from '../stt.ts';
import { KYUTAI_RATE } from './audio-frames.ts';
import { isBrokenOff, KYUTAI, type NamedServer, tooLate } from './kyutai-error.ts';
import type { KyutaiLink } from './link.ts';
import type { SttMessage } from './messages.ts';
import { UtteranceLink } from './utterance-link.ts';

/** Shorter utterances hold no word. */
const MIN_SAMPLES = HEARING_RATE / 10;

/** Audio that is kept for a link that is not ready yet, or for the next one: 60 s. */
const MAX_KEPT_SAMPLES = HEARING_RATE * 60;

/** When the server breaks the link of an utterance, the utterance is said again over another one: so many links in all. */
const MAX_LINKS = 2;

const CAPABILITIES: SttCapabilities = { partials: true, wordTimings: true };

/** What an utterance needs. */
export interface KyutaiUtteranceOptions {
  readonly server: NamedServer;
  readonly clock: Clock;
  /** Aborting it throws the utterance away. */
  readonly signal: AbortSignal;
  /** How long the final text may take once the utterance has ended, milliseconds. */
  readonly finalMs: number;
  /** A link that is ready; the signal closes it. */
  readonly connect: (signal: AbortSignal) => Promise<KyutaiLink<SttMessage>>;
  /** Called once, when nothing more will come. */
  readonly onOver: (utterance: KyutaiUtterance) => void;
}

/**
 * One utterance and its link. Its audio is kept: what comes before the link is ready waits for it, and when the server breaks the
 * link, another one hears the utterance from its start. No word is lost.
 */
export class KyutaiUtterance implements SttStream {
  readonly engine = KYUTAI;
  readonly capabilities = CAPABILITIES;
  readonly #options: KyutaiUtteranceOptions;
  readonly #results = new AsyncQueue<SttResult>();
  readonly #stop = new AbortController();
  readonly #audio = new KeptAudio(MAX_KEPT_SAMPLES);
  /** The link that hears it; undefined while there is none. */
  #link: UtteranceLink | undefined;
  /** There was more than can be kept: another link cannot hear all of it. */
  #isCut = false;
  #isEnded = false;
  #isOver = false;
  #finalTimer: Timer | undefined;

  constructor(options: KyutaiUtteranceOptions) {
    this.#options = options;
    if (options.signal.aborted) {
      this.#over(null);
      return;
    }
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#run().catch((error: unknown) => this.fail(error));
  }

  get results(): AsyncIterable<SttResult> {
    return this.#results;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  write(samples: Int16Array): void {
    if (this.#isEnded || this.#isOver) return;
    this.#isCut ||= this.#audio.add(samples).length < samples.length;
    if (this.#link) this.#link.write(samples);
    else if (this.#isCut) {
      this.fail(tooLate(this.#options.server, 'gave no channel', (MAX_KEPT_SAMPLES / HEARING_RATE) * 1_000));
    }
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isOver) return;
    if (this.#audio.count < MIN_SAMPLES) {
      this.#finish({ type: 'final', text: '', words: [] });
      return;
    }
    const { clock, server, finalMs } = this.#options;
    this.#finalTimer = clock.setTimer(() => this.fail(tooLate(server, 'gave no final text', finalMs)), finalMs);
    this.#link?.end();
  }

  /** The results throw this. */
  fail(error: unknown): void {
    this.#over(error);
  }

  readonly #onAbort = (): void => this.#over(null);

  async #run(): Promise<void> {
    for (let links = 1; !this.#isOver; links++) {
      try {
        this.#finish(await this.#hear());
      } catch (error) {
        if (links === MAX_LINKS || this.#isCut || !isBrokenOff(error)) throw error;
      }
    }
  }

  /** Has a link hear the utterance from its start. @returns its final result */
  async #hear(): Promise<SttResult> {
    const { server, clock, connect } = this.#options;
    const link = await connect(this.#stop.signal);
    const resampler = await createResampler(HEARING_RATE, KYUTAI_RATE);
    const onPartial = (result: SttResult) => {
      if (!this.#isOver) this.#results.push(result);
    };
    const hearing = new UtteranceLink({ server, clock, link, resampler, onPartial });
    try {
      this.#stop.signal.throwIfAborted();
      this.#link = hearing;
      hearing.write(this.#audio.samples);
      if (this.#isEnded) hearing.end();
      return await hearing.final();
    } finally {
      this.#link = undefined;
      hearing.close();
    }
  }

  #finish(result: SttResult): void {
    if (this.#isOver) return;
    this.#results.push(result);
    this.#over(null);
  }

  /** @param error that the results throw; null: they just end */
  #over(error: unknown): void {
    if (this.#isOver) return;
    const { clock, signal, onOver } = this.#options;
    this.#isOver = true;
    clock.clearTimer(this.#finalTimer);
    signal.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
    this.#link?.close();
    this.#link = undefined;
    this.#audio.clear();
    if (error === null) this.#results.end();
    else this.#results.fail(error);
    onOver(this);
  }
}
