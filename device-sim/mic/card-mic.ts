import { concatSamples, rms } from '#src/audio/pcm';
import { createResampler, type Resampler } from '#src/audio/resample';
import type { Timer } from '#src/core/clock';
import type { SoundOptions } from '../device/options.ts';
import { SimError } from '../device/sim-error.ts';
import type { UplinkFrame } from '../protocols/wire.ts';
import { type EchoControl, NO_ECHO_CONTROL } from '../sound/echo-control.ts';
import type { SoundMemory } from '../speaker/sound-memory.ts';
import { SpeakerPump } from '../speaker/speaker-pump.ts';
import type { DeviceMic, DeviceMicOptions } from './device-mic.ts';
import type { ClipSpan } from './mic.ts';
import { createFrameEncoder, type FrameEncoder, speechSamples } from './mic-frames.ts';
import type { Speech } from './speech.ts';

/** A sound card that failed is opened again after this, milliseconds. */
const OPEN_AGAIN_MS = 2000;

/** What the microphone of a sound card needs. */
interface CardMicOptions extends DeviceMicOptions {
  readonly sound: SoundOptions;
  /** What the loudspeaker plays: the card is to play it. */
  readonly sounds: SoundMemory;
}

interface Clip {
  readonly frames: readonly Int16Array[];
  next: number;
  startedAt: number;
  readonly done: (span: ClipSpan) => void;
  readonly failed: (error: SimError) => void;
}

/** A real microphone and a real loudspeaker: frames are sent when the card has recorded them. What `say` is given is mixed in. */
export class CardMic implements DeviceMic {
  readonly #options: CardMicOptions;
  readonly #echoControl: EchoControl;
  readonly #pump: SpeakerPump;
  #encoder: FrameEncoder | undefined;
  #toRecorder: Resampler | undefined;
  #waiting: Int16Array = new Int16Array(0);
  #clips: Clip[] = [];
  #isOpen = false;
  #frozen = false;
  #openTimer: Timer | undefined;
  #speakerLevel = 0;

  constructor(options: CardMicOptions) {
    this.#options = options;
    const { settings, sounds, sound } = options;
    this.#echoControl = sound.echoControl ?? NO_ECHO_CONTROL;
    this.#pump = new SpeakerPump(settings.audioClock, sounds, settings.wire.speakerRate, (samples) => {
      this.#speakerLevel = rms(samples);
      this.#echoControl.far(samples);
      sound.card.play(samples);
    });
  }

  async open(): Promise<void> {
    const { wire } = this.#options.settings;
    this.#encoder ??= await createFrameEncoder(wire.micFormat);
    this.#toRecorder ??= await createResampler(wire.micFormat.sampleRate, wire.speakerRate);
    this.#isOpen = true;
    await this.#openCard();
    this.#pump.start();
  }

  async prepare(speech: Speech): Promise<() => Promise<ClipSpan>> {
    const frames = await speechSamples(speech, this.#options.settings.wire.micFormat, 0);
    return () => new Promise((done, failed) => this.#clips.push({ frames, next: 0, startedAt: 0, done, failed }));
  }

  /** The card keeps its own time. */
  wake(): void {}

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
  }

  stop(): void {
    const { sound, settings } = this.#options;
    this.#isOpen = false;
    settings.clock.clearTimer(this.#openTimer);
    this.#pump.stop();
    sound.card.close();
    this.#encoder?.free();
    this.#encoder = undefined;
    this.#waiting = new Int16Array(0);
    for (const { failed } of this.#clips.splice(0)) {
      failed(new SimError('stopped', 'The device was stopped while it was speaking.'));
    }
  }

  async #openCard(): Promise<void> {
    const { sound, settings, onFailure } = this.#options;
    const rates = { mic: settings.wire.micFormat.sampleRate, speaker: settings.wire.speakerRate };
    const failed = (error: Error) => {
      if (!this.#isOpen) return;
      onFailure?.(error);
      this.#openTimer = settings.clock.setTimer(() => void this.#openCard(), OPEN_AGAIN_MS);
    };
    try {
      await sound.card.open(rates, { heard: (samples) => this.#heard(samples), failed });
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #heard(samples: Int16Array): void {
    if (!this.#isOpen) return;
    const { sound, settings } = this.#options;
    const { micFormat, framesPerMessage } = settings.wire;
    const cleaned = this.#echoControl.near(samples);
    sound.onLevels?.({ mic: rms(cleaned), speaker: this.#speakerLevel });
    this.#waiting = concatSamples([this.#waiting, cleaned]);
    const frameSamples = (micFormat.sampleRate * micFormat.frameMs) / 1000;
    const messageSamples = frameSamples * framesPerMessage;
    while (this.#waiting.length >= messageSamples) {
      const message = this.#waiting.slice(0, messageSamples);
      this.#waiting = this.#waiting.slice(messageSamples);
      this.#send(message, frameSamples);
    }
  }

  #send(message: Int16Array, frameSamples: number): void {
    const { settings, isHeard, send, recorder, onEchoFrame } = this.#options;
    const { frameMs } = settings.wire.micFormat;
    const now = settings.audioClock.now();
    const startMs = now - (message.length / frameSamples) * frameMs;
    const frames: UplinkFrame[] = [];
    for (let at = 0; at < message.length; at += frameSamples) {
      const frame = message.subarray(at, at + frameSamples);
      this.#mixClip(frame, now);
      if (this.#echoControl !== NO_ECHO_CONTROL) onEchoFrame?.();
      const recorded = this.#toRecorder?.process(frame);
      if (recorded) recorder?.write(recorded, startMs + (at / frameSamples) * frameMs);
      frames.push(this.#encoder?.encode(frame) ?? null);
    }
    if (isHeard() && !this.#frozen) send(frames);
  }

  #mixClip(frame: Int16Array, now: number): void {
    const clip = this.#clips[0];
    const spoken = clip?.frames[clip.next];
    if (!clip || !spoken) return;
    const { frameMs } = this.#options.settings.wire.micFormat;
    if (clip.next === 0) clip.startedAt = now - frameMs;
    clip.next++;
    for (let index = 0; index < frame.length; index++) {
      frame[index] = Math.max(-32_768, Math.min(32_767, (frame[index] ?? 0) + (spoken[index] ?? 0)));
    }
    if (clip.next < clip.frames.length) return;
    this.#clips.shift();
    clip.done({ startedAt: clip.startedAt, endedAt: now });
  }
}
