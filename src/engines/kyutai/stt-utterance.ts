import { KeptAudio } from '../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { SttCapabilities, SttResult, SttStream } from '../stt.ts';
import { AudioFrames, KYUTAI_RATE } from './audio-frames.ts';
import { brokenOff, KYUTAI, kyutaiError, type NamedServer, tooLate } from './kyutai-error.ts';
import type { KyutaiLink } from './link.ts';
import { encodeCommand, type SttMessage } from './messages.ts';
import { PausePrediction } from './pause-prediction.ts';
import { RecognisedWords } from './recognised-words.ts';

/** Shorter utterances hold no word. */
const MIN_SAMPLES = HEARING_RATE / 10;

/** Audio that waits for the link, at most: 60 s. */
const MAX_WAITING_SAMPLES = HEARING_RATE * 60;

/** Frames that the server may be behind: 60 s. */
const MAX_BEHIND = 750;

/** The words come 0.5 s behind the audio: so many silent frames push the last ones out, which takes the server about 0.2 s. */
const FLUSH_FRAMES = 8;

/** A larger model has a longer delay: it is sent so many frames more, again and again, up to 4 s. */
const MORE_FLUSH_FRAMES = 4;
const MAX_FLUSH_FRAMES = 48;

/** A model that predicts no pauses does not tell of its steps. After so long, milliseconds, it is sent all silent frames at once. */
const NO_STEPS_MS = 300;

const END_MARKER = 1;

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

/** One utterance and its link. Audio that comes before the link is ready waits for it: no word is lost. */
export class KyutaiUtterance implements SttStream {
  readonly engine = KYUTAI;
  readonly capabilities = CAPABILITIES;
  readonly #options: KyutaiUtteranceOptions;
  readonly #results = new AsyncQueue<SttResult>();
  readonly #stop = new AbortController();
  readonly #words = new RecognisedWords();
  readonly #pause = new PausePrediction();
  readonly #frames = new AudioFrames((message) => this.#sendFrame(message));
  #state: 'connecting' | 'open' | 'over' = 'connecting';
  #link: KyutaiLink<SttMessage> | undefined;
  #resampler: Resampler | undefined;
  readonly #waiting = new KeptAudio(MAX_WAITING_SAMPLES);
  #written = 0;
  #isEnded = false;
  /** Frames of 80 ms: sent, and processed as far as the server tells. */
  #sent = 0;
  #steps = 0;
  #silentFrames = 0;
  #markerIsBack = false;
  #finalTimer: Timer | undefined;
  #noStepsTimer: Timer | undefined;

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
    return this.#state === 'over';
  }

  write(samples: Int16Array): void {
    if (this.#isEnded) return;
    if (this.#state === 'connecting') this.#keep(samples);
    this.#written += samples.length;
    if (this.#state === 'open') this.#sendAudio(samples);
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.isOver) return;
    if (this.#written < MIN_SAMPLES) {
      this.#finish();
      return;
    }
    const { clock, server, finalMs } = this.#options;
    this.#finalTimer = clock.setTimer(() => this.fail(tooLate(server, 'gave no final text', finalMs)), finalMs);
    if (this.#state === 'open') this.#flush();
  }

  /** The results throw this. */
  fail(error: unknown): void {
    this.#over(error);
  }

  readonly #onAbort = (): void => this.#over(null);

  async #run(): Promise<void> {
    const [resampler, link] = await Promise.all([
      createResampler(HEARING_RATE, KYUTAI_RATE),
      this.#options.connect(this.#stop.signal),
    ]);
    if (this.isOver) {
      resampler.free();
      link.close();
      return;
    }
    this.#resampler = resampler;
    this.#link = link;
    this.#state = 'open';
    this.#sendAudio(this.#waiting.samples);
    this.#waiting.clear();
    if (this.#isEnded) this.#flush();
    for await (const message of link.messages) {
      if (!this.isOver) this.#receive(message);
    }
    if (!this.isOver) this.fail(brokenOff(this.#options.server));
  }

  #keep(samples: Int16Array): void {
    if (this.#waiting.add(samples).length === samples.length) return;
    this.fail(tooLate(this.#options.server, 'gave no channel', (MAX_WAITING_SAMPLES / HEARING_RATE) * 1_000));
  }

  #sendAudio(samples: Int16Array): void {
    if (this.#resampler) this.#frames.push(this.#resampler.process(samples));
    if (this.#sent - this.#steps <= MAX_BEHIND || this.#steps === 0) return;
    const text = 'the Kyutai recogniser cannot keep up: give it a faster GPU, or the server a smaller batch_size';
    this.fail(kyutaiError('engine_overloaded', text, true));
  }

  #sendFrame(message: Uint8Array): void {
    this.#link?.send(message);
    this.#sent += 1;
    this.#expectSteps();
  }

  /** The server owes a step for each frame. A model that predicts no pauses sends none: only the end shows whether it lives. */
  #expectSteps(): void {
    const link = this.#link;
    if (this.#steps === 0 || !link) return;
    if (this.#steps >= this.#sent) link.expectNothing();
    else if (!link.isExpecting) link.expect();
  }

  /** All audio, a marker, and the silence that pushes the last words out in front of it. */
  #flush(): void {
    if (this.#resampler) this.#frames.push(this.#resampler.flush());
    this.#frames.silence(0);
    this.#link?.send(encodeCommand({ type: 'Marker', id: END_MARKER }));
    this.#sendSilence(FLUSH_FRAMES);
    if (this.#steps > 0) return;
    this.#noStepsTimer = this.#options.clock.setTimer(() => {
      if (this.#steps === 0) this.#sendSilence(MAX_FLUSH_FRAMES - this.#silentFrames);
    }, NO_STEPS_MS);
  }

  #sendSilence(frames: number): void {
    this.#silentFrames += frames;
    this.#frames.silence(frames);
  }

  #receive(message: SttMessage): void {
    switch (message.type) {
      case 'Word':
        this.#words.begins(message.text, message.start_time);
        this.#tell();
        break;
      case 'EndWord':
        this.#words.ends(message.stop_time);
        break;
      case 'Step':
        this.#stepped(message.prs);
        break;
      case 'Marker':
        this.#markerIsBack ||= message.id === END_MARKER;
        this.#finishIfDone();
        break;
    }
  }

  #stepped(prs: readonly number[]): void {
    this.#steps += 1;
    this.#expectSteps();
    // The silence behind the end is ours, and no pause of the user.
    if (!this.#isEnded && this.#pause.step(prs)) this.#tell();
    if (!this.#isEnded || this.#steps < this.#sent) return;
    if (!this.#markerIsBack && this.#silentFrames < MAX_FLUSH_FRAMES) this.#sendSilence(MORE_FLUSH_FRAMES);
    else this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#markerIsBack && (this.#steps === 0 || this.#steps >= this.#sent)) this.#finish();
  }

  /** What is known now. Without a word a pause means nothing: the words come half a second late. */
  #tell(): void {
    if (this.#words.isEmpty || this.#isEnded) return;
    const { text } = this.#words;
    this.#results.push({ type: 'partial', text, endpoint: this.#pause.isPause, words: this.#words.list() });
  }

  #finish(): void {
    this.#results.push({ type: 'final', text: this.#words.text, words: this.#words.list() });
    this.#over(null);
  }

  /** @param error that the results throw; null: they just end */
  #over(error: unknown): void {
    if (this.isOver) return;
    const { clock, signal, onOver } = this.#options;
    this.#state = 'over';
    clock.clearTimer(this.#finalTimer);
    clock.clearTimer(this.#noStepsTimer);
    signal.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
    this.#resampler?.free();
    this.#resampler = undefined;
    this.#waiting.clear();
    if (error === null) this.#results.end();
    else this.#results.fail(error);
    onOver(this);
  }
}
