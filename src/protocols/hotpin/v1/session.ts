import { HEARING_RATE } from '../../../audio/rates.ts';
import type { Clock, Timer } from '../../../core/clock.ts';
import type { Link } from '../../../transport/link.ts';
import type { DeviceCommand, DeviceListener, DeviceSession, PlaybackFormat } from '../../protocol.ts';
import { SentFrames } from '../../sent-frames.ts';
import type { UselessReason } from '../pin-machine.ts';
import { PinRecording } from '../pin-recording.ts';
import { ANSWER_MS, DEFAULT_PIN_LIMITS, type PinLimits, type SessionFiles } from '../session-options.ts';
import { ToldOnce } from '../told-once.ts';
import { uselessness } from '../usefulness.ts';
import { RERECORD_REASONS } from '../words.ts';
import { readFirstPinMessage } from './messages.ts';
import { SLICE_BYTES, WavSlices } from './wav-slices.ts';

/** A frame fills one slice. */
const FRAME_MS = (SLICE_BYTES / 2 / HEARING_RATE) * 1_000;

/** How far ahead of the loudspeaker audio is sent, milliseconds: the device has room for 16 s of it. */
export const AHEAD_MS = 1_000;
const MAX_AHEAD_MS = 8_000;

/** The device is told after so many messages that they have come: it stalls when two are not acknowledged. */
const TELL_EVERY = 2;

/** So many frames are kept of an answer that comes while the device records: as much as it has room for, 16 s. */
const MAX_HELD = 125;

const GREET_FIRST = 'say {"session_id": "…"} first';

/** What a session is made with. */
export interface FirstPinSessionOptions {
  readonly link: Link;
  readonly listener: DeviceListener;
  readonly clock: Clock;
  readonly limits?: PinLimits | undefined;
  readonly files?: SessionFiles | undefined;
}

/** One open link to a pin of the first generation. */
export class FirstPinSession implements DeviceSession {
  readonly playback: PlaybackFormat = {
    sampleRate: HEARING_RATE,
    frameMs: FRAME_MS,
    aheadMs: AHEAD_MS,
    maxAheadMs: MAX_AHEAD_MS,
    trailingSilenceMs: 0,
  };
  readonly abilities = { playTone: false, setVolume: false };
  readonly greeted: Promise<void>;
  readonly #options: FirstPinSessionOptions;
  readonly #limits: PinLimits;
  readonly #recording: PinRecording;
  readonly #sent = new SentFrames();
  #greet: () => void = () => {};
  #isGreeted = false;
  #isRecording = false;
  /** What is recorded is not to be answered. */
  #isReset = false;
  /** Messages of the recording, also those that are of no use. */
  #received = 0;
  /** While it records: no audio comes. While it waits for an answer: none comes. */
  #timer: Timer | undefined;
  /** The device waits for the end of an answer. */
  #isOwed = false;
  /** The reply as it is written. */
  #reply = '';
  /** The answer that is being sent; undefined: none is. */
  #answer: WavSlices | undefined;
  /** The audio of an answer that comes while the device records, and whether all of it is there: it cannot play yet. */
  #held: Int16Array[] = [];
  #isHeldWhole = false;
  readonly #told = new ToldOnce();
  #closed = false;

  constructor(options: FirstPinSessionOptions) {
    const { listener, clock, files, limits = DEFAULT_PIN_LIMITS } = options;
    this.#options = options;
    this.#limits = limits;
    this.#recording = new PinRecording({ listener, clock, files, minChunkBytes: 1 });
    this.greeted = new Promise((resolve) => {
      this.#greet = resolve;
    });
  }

  get unsentMs(): number {
    return this.#sent.waiting(this.#options.link.bufferedBytes) * FRAME_MS;
  }

  receiveText(text: string): void {
    if (this.#closed) return;
    const message = readFirstPinMessage(text);
    switch (message?.type) {
      case 'session':
        this.#isGreeted = true;
        this.#status('connected', { session_id: message.id });
        this.#greet();
        return;
      case 'eos':
        if (this.#isRecording) this.#stop();
        else this.#refuse('there is no recording: send its audio first', 'unexpected');
        return;
      case 'reset':
        if (this.#isGreeted) this.#reset();
        else this.#refuse(GREET_FIRST, 'unexpected');
        return;
      case undefined:
        this.#refuse('this is neither {"session_id"} nor {"signal": "EOS"} nor {"signal": "RESET"}', 'unknown_type');
        return;
    }
  }

  receiveBinary(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#isGreeted) {
      this.#refuse(GREET_FIRST, 'unexpected');
      return;
    }
    if (bytes.length === 0) {
      this.#refuse('an empty message has no audio', 'bad_pcm');
      return;
    }
    if (!this.#isRecording) this.#start();
    const { intake } = this.#recording;
    const problem = intake.announce({ seq: intake.chunks, bytes: bytes.length, sampleRate: undefined });
    const chunk = problem === undefined ? intake.take(bytes) : { type: 'bad' as const, problem };
    if (chunk.type === 'bad') this.#refuse(chunk.problem, 'bad_pcm');
    else {
      this.#stallLater();
      this.#recording.hear(chunk);
    }
    // The device counts what it has sent, whatever became of it.
    this.#received += 1;
    if (this.#received % TELL_EVERY === 0) this.#status('receiving', { chunks_received: this.#received });
  }

  missed(): void {
    this.#recording.missed();
  }

  isUsable(text: string): boolean {
    return !this.#isReset && uselessness(text, this.#recording.intake, this.#limits.minRecordingMs) === null;
  }

  async prepareToPlay(): Promise<void> {
    // The file is made as it is spoken.
  }

  play(frame: Int16Array): void {
    if (this.#closed) return;
    if (this.#isRecording) {
      if (this.#held.length < MAX_HELD) this.#held.push(frame.slice());
      return;
    }
    this.#waitNoMore();
    if (!this.#answer) this.#status('processing', { stage: 'tts', response: this.#reply });
    this.#answer ??= new WavSlices(HEARING_RATE);
    for (const slice of this.#answer.add(frame)) this.#slice(slice);
  }

  send(command: DeviceCommand): void {
    if (this.#closed) return;
    switch (command.type) {
      case 'heard':
        this.#heard(command.text, command.isTaken);
        return;
      case 'reply_started':
        this.#reply = '';
        this.#isOwed = true;
        return;
      case 'reply_text':
        this.#reply += command.delta;
        return;
      case 'reply_text_done':
        this.#reply = command.text;
        return;
      case 'reply_done':
        // An answer without a sound has an end, too.
        if (this.#held.length > 0) this.#isHeldWhole = true;
        else this.#end();
        return;
      case 'reply_interrupted':
        this.#dropHeld();
        this.#end();
        return;
      case 'notice':
        this.#status('error', { code: command.code, message: command.message });
        return;
      default:
        // Its button decides when it listens, and the wire has no word for the rest.
        return;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer();
    this.#dropHeld();
    this.#recording.close();
  }

  #start(): void {
    this.#isRecording = true;
    this.#isReset = false;
    this.#received = 0;
    this.#told.clear();
    this.#recording.begin();
    this.#stallLater();
  }

  #stop({ isReset = false } = {}): void {
    this.#isRecording = false;
    this.#isReset = isReset;
    this.#isOwed = !isReset;
    this.#stopTimer();
    if (isReset) this.#dropHeld();
    else {
      this.#status('processing', { stage: 'transcription' });
      this.#later(ANSWER_MS, () => this.#fail('no_answer'));
    }
    this.#recording.end();
    this.#playHeld();
  }

  /** Forgets the recording, what comes of it, and the conversation so far. */
  #reset(): void {
    const { listener } = this.#options;
    if (this.#isRecording) this.#stop({ isReset: true });
    // What is still being recognised is not answered either.
    this.#isReset = true;
    this.#isOwed = false;
    this.#stopTimer();
    listener.event({ type: 'forget' });
    this.#status('reset_complete');
  }

  /** A recording whose audio has stopped coming is given up. */
  #stallLater(): void {
    this.#later(this.#limits.graceMs, () => {
      this.#stop({ isReset: true });
      this.#fail('stalled');
    });
  }

  #heard(text: string, isTaken: boolean): void {
    if (isTaken) this.#status('processing', { stage: 'llm', transcript: text });
    else if (!this.#isReset) {
      this.#waitNoMore();
      this.#fail(uselessness(text, this.#recording.intake, this.#limits.minRecordingMs) ?? 'no_words');
    }
  }

  #playHeld(): void {
    const [frames, isWhole] = [this.#held, this.#isHeldWhole];
    this.#dropHeld();
    for (const frame of frames) this.play(frame);
    if (isWhole) this.#end();
  }

  #dropHeld(): void {
    this.#held = [];
    this.#isHeldWhole = false;
  }

  /** No answer comes. */
  #fail(reason: UselessReason): void {
    this.#isOwed = false;
    this.#status('error', { message: RERECORD_REASONS[reason] });
  }

  /** The rest of the file, an empty message behind it, and the word for it: once, also when its sound is cut short later. */
  #end(): void {
    if (!this.#isOwed && !this.#answer) return;
    const rest = this.#answer?.end() ?? new Uint8Array();
    this.#answer = undefined;
    this.#isOwed = false;
    this.#waitNoMore();
    if (rest.length > 0) this.#slice(rest);
    this.#options.link.send(new Uint8Array());
    this.#status('complete');
  }

  #later(ms: number, then: () => void): void {
    this.#stopTimer();
    this.#timer = this.#options.clock.setTimer(then, ms);
  }

  /** Something has come of a recording. */
  #waitNoMore(): void {
    if (!this.#isRecording) this.#stopTimer();
  }

  #stopTimer(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #slice(bytes: Uint8Array): void {
    this.#sent.sent(bytes.length);
    this.#options.link.send(bytes);
  }

  #refuse(message: string, reason: 'unexpected' | 'unknown_type' | 'bad_pcm'): void {
    this.#options.listener.event({ type: 'dropped', reason });
    if (this.#told.isNew(message)) this.#status('error', { message });
  }

  #status(status: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#options.link.send(JSON.stringify({ status, ...fields }));
  }
}
