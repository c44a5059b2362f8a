import { HEARING_RATE } from '../../audio/rates.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { DeviceListener } from '../protocol.ts';
import { RawAudio } from '../raw-audio.ts';
import { ChunkIntake, type ChunkResult } from './chunk-intake.ts';
import type { SessionFiles } from './session-options.ts';

/** While a recording brings no audio the conversation is told so often that it goes on, milliseconds: 20 ms of silence each time. */
const ALIVE_EVERY_MS = 1_000;
const ALIVE = new Int16Array(HEARING_RATE / 50);

/**
 * So long after the end of a recording its last chunk may be announced, milliseconds. Firmware says first that its user has pressed
 * the button, 300 ms after they have done so, then sends the half second that it was recording meanwhile: a chunk that comes later
 * than this holds nothing from before the press.
 */
const LAST_ANNOUNCED_MS = 150;

/** So long after the end of a recording the audio of a chunk may come that was announced in time: weak Wi-Fi needs it for 16 kB. */
const LAST_AUDIO_MS = 650;

/** What the recordings of a session need. */
export interface PinRecordingOptions {
  readonly listener: DeviceListener;
  readonly clock: Clock;
  readonly files: SessionFiles | undefined;
  /** A chunk has so many bytes at least. Default: as HotPin's server of the second generation. */
  readonly minChunkBytes?: number | undefined;
}

/** What a pin records: put together, heard by the conversation, and kept. */
export class PinRecording {
  readonly #options: PinRecordingOptions;
  #intake: ChunkIntake;
  #microphone: RawAudio;
  #aliveTimer: Timer | undefined;
  #stoppedAtMs = 0;

  constructor(options: PinRecordingOptions) {
    this.#options = options;
    this.#intake = new ChunkIntake(options.minChunkBytes);
    this.#microphone = this.#newMicrophone();
  }

  /** What has come of the recording in progress, or of the last one. */
  get intake(): ChunkIntake {
    return this.#intake;
  }

  begin(): void {
    const { files, listener, minChunkBytes } = this.#options;
    this.#intake = new ChunkIntake(minChunkBytes);
    this.#microphone = this.#newMicrophone();
    files?.begin();
    listener.event({ type: 'listen', state: 'start', mode: 'manual' });
    this.#keepAlive();
  }

  /** The user has finished; the last chunk may be on its way. */
  stopped(): void {
    this.#stoppedAtMs = this.#options.clock.now();
  }

  /** How long the last chunk is still to be waited for, milliseconds; none is to be expected if it is 0 or less. */
  get lastChunkMs(): number {
    const untilMs = this.#stoppedAtMs + (this.#intake.isAnnounced ? LAST_AUDIO_MS : LAST_ANNOUNCED_MS);
    return untilMs - this.#options.clock.now();
  }

  end(): void {
    const { files, listener } = this.#options;
    this.#stopAlive();
    files?.end();
    listener.event({ type: 'listen', state: 'stop' });
  }

  /** A good chunk is heard and kept. */
  hear({ bytes, missing }: Extract<ChunkResult, { type: 'chunk' }>): void {
    const { files, listener } = this.#options;
    if (missing > 0) this.#microphone.missed();
    files?.audio(bytes);
    const samples = this.#microphone.take(bytes);
    if (samples.length > 0) listener.audio(samples);
  }

  /** A message was left out. */
  missed(): void {
    this.#intake.missed();
    this.#microphone.missed();
  }

  close(): void {
    this.#stopAlive();
    this.#options.files?.close();
  }

  /** For one recording: the time between two tells nothing of the rate. */
  #newMicrophone(): RawAudio {
    const { clock, listener } = this.#options;
    return new RawAudio({ name: 'hotpin', width: 2, rate: HEARING_RATE }, listener, () => clock.now());
  }

  /** A recording whose audio is late goes on: the conversation would take it for over. */
  #keepAlive(): void {
    const { clock, listener } = this.#options;
    const { bytes } = this.#intake;
    this.#stopAlive();
    this.#aliveTimer = clock.setTimer(() => {
      if (this.#intake.bytes === bytes) listener.audio(ALIVE);
      this.#keepAlive();
    }, ALIVE_EVERY_MS);
  }

  #stopAlive(): void {
    this.#options.clock.clearTimer(this.#aliveTimer);
    this.#aliveTimer = undefined;
  }
}
