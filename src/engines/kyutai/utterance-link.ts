import type { Resampler } from '../../audio/resample.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { SttResult } from '../stt.ts';
import { AudioFrames } from './audio-frames.ts';
import { brokenOff, kyutaiError, type NamedServer } from './kyutai-error.ts';
import type { KyutaiLink } from './link.ts';
import { encodeCommand, type SttMessage } from './messages.ts';
import { PausePrediction } from './pause-prediction.ts';
import { RecognisedWords } from './recognised-words.ts';

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

/** What hearing over a link needs. */
export interface UtteranceLinkOptions {
  readonly server: NamedServer;
  readonly clock: Clock;
  /** It is ready. It is closed with this one. */
  readonly link: KyutaiLink<SttMessage>;
  /** From 16 to 24 kHz. It is freed with this one. */
  readonly resampler: Resampler;
  /** What is known has changed, before the end. */
  readonly onPartial: (result: SttResult) => void;
}

/** A link that hears an utterance from its start. */
export class UtteranceLink {
  readonly #options: UtteranceLinkOptions;
  readonly #words = new RecognisedWords();
  readonly #pause = new PausePrediction();
  readonly #frames = new AudioFrames((message) => this.#sendFrame(message));
  #isEnded = false;
  #isFinal = false;
  #isClosed = false;
  /** Frames of 80 ms: sent, and processed as far as the server tells. */
  #sent = 0;
  #steps = 0;
  #silentFrames = 0;
  #markerIsBack = false;
  #noStepsTimer: Timer | undefined;

  constructor(options: UtteranceLinkOptions) {
    this.#options = options;
  }

  /** Sends the next audio of the utterance, mono s16 at 16 kHz. */
  write(samples: Int16Array): void {
    if (this.#isClosed) return;
    this.#frames.push(this.#options.resampler.process(samples));
    if (this.#sent - this.#steps <= MAX_BEHIND || this.#steps === 0) return;
    const text = 'the Kyutai recogniser cannot keep up: give it a faster GPU, or the server a smaller batch_size';
    this.#options.link.fail(kyutaiError('engine_overloaded', text, true));
  }

  /** The utterance has ended: all audio, a marker, and the silence that pushes the last words out in front of it. */
  end(): void {
    if (this.#isClosed || this.#isEnded) return;
    this.#isEnded = true;
    const { link, resampler, clock } = this.#options;
    this.#frames.push(resampler.flush());
    this.#frames.silence(0);
    link.send(encodeCommand({ type: 'Marker', id: END_MARKER }));
    this.#sendSilence(FLUSH_FRAMES);
    if (this.#steps > 0) return;
    this.#noStepsTimer = clock.setTimer(() => {
      if (this.#steps === 0) this.#sendSilence(MAX_FLUSH_FRAMES - this.#silentFrames);
    }, NO_STEPS_MS);
  }

  /** The final result, once the utterance has ended. @throws DialtoneError `engine_*`; what the link is failed with */
  async final(): Promise<SttResult> {
    for await (const message of this.#options.link.messages) {
      this.#receive(message);
      if (this.#isFinal) return { type: 'final', text: this.#words.text, words: this.#words.list() };
    }
    throw brokenOff(this.#options.server);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { clock, link, resampler } = this.#options;
    clock.clearTimer(this.#noStepsTimer);
    link.close();
    resampler.free();
  }

  #sendFrame(message: Uint8Array): void {
    this.#options.link.send(message);
    this.#sent += 1;
    this.#expectSteps();
  }

  /** The server owes a step for each frame. A model that predicts no pauses sends none: only the end shows whether it lives. */
  #expectSteps(): void {
    const { link } = this.#options;
    if (this.#steps === 0) return;
    if (this.#steps >= this.#sent) link.expectNothing();
    else if (!link.isExpecting) link.expect();
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
    if (this.#markerIsBack && (this.#steps === 0 || this.#steps >= this.#sent)) this.#isFinal = true;
  }

  /** What is known now. Without a word a pause means nothing: the words come half a second late. */
  #tell(): void {
    if (this.#words.isEmpty || this.#isEnded) return;
    const { text } = this.#words;
    this.#options.onPartial({ type: 'partial', text, endpoint: this.#pause.isPause, words: this.#words.list() });
  }
}
