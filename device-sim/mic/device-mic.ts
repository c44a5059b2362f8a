import type { SimSettings } from '../device/settings.ts';
import type { UplinkFrame } from '../protocols/wire.ts';
import type { SoundSink } from '../recording/sound-sink.ts';
import type { SoundMemory } from '../speaker/sound-memory.ts';
import { CardMic } from './card-mic.ts';
import { LiveVoice } from './live-voice.ts';
import { type ClipSpan, Microphone } from './mic.ts';
import { ambientFrames, speechFrames } from './mic-frames.ts';
import type { Speech } from './speech.ts';

/** The microphone of a device, whatever its frames are made of. */
export interface DeviceMic {
  /** Gets ready: before anything else, and again after `stop`. */
  open(): Promise<void>;
  /** Makes speech ready. What it resolves with speaks it, and resolves when the last of it was sent. */
  prepare(speech: Speech): Promise<() => Promise<ClipSpan>>;
  /** Starts the clockwork when there is something to send: to be called when a backend connects. */
  wake(): void;
  freeze(): void;
  thaw(): void;
  /** What was being said fails with SimError `stopped`. */
  stop(): void;
}

/** What a device's microphone needs. */
export interface DeviceMicOptions {
  readonly settings: SimSettings;
  /** What the loudspeaker plays, where the microphone hears it. */
  readonly sounds: SoundMemory | undefined;
  /** Writes down what the microphone sends, at the rate of the loudspeaker. */
  readonly recorder?: SoundSink | undefined;
  /** Told of every frame out of which a real loudspeaker's echo was taken. */
  readonly onEchoFrame?: () => void;
  /** Told that a real sound card failed; it is opened again later. */
  readonly onFailure?: (error: Error) => void;
  /** Whether a backend is connected. */
  readonly isHeard: () => boolean;
  readonly send: (frames: readonly UplinkFrame[]) => void;
}

/** Where frames come from and how they become what is sent. */
export interface MicVoice<Frame> {
  open(): Promise<void>;
  ambient(): Promise<readonly Frame[]>;
  speech(speech: Speech): Promise<readonly Frame[]>;
  /** @param startMs when the first of them began to be recorded */
  finish(frames: readonly Frame[], startMs: number): readonly UplinkFrame[];
  close(): void;
}

/** Frames coded beforehand and shared by all devices, unless the settings ask for what must be coded live. */
export function createDeviceMic(options: DeviceMicOptions): DeviceMic {
  const { settings, sounds, recorder } = options;
  const { wire, noiseRms, echo, dtx, sound } = settings;
  if (sound && sounds) return new CardMic({ ...options, sound, sounds });
  if (echo || dtx || recorder) {
    const { micFormat: format, speakerRate } = wire;
    const from = echo && sounds ? { ...echo, sounds, speakerRate } : undefined;
    const to = recorder && { sink: recorder, sampleRate: speakerRate };
    return new VoicedMic(new LiveVoice({ format, noiseRms, echo: from, dtx, recorder: to }), options);
  }
  const coded: MicVoice<Uint8Array> = {
    open: async () => {},
    ambient: () => ambientFrames(wire.micFormat, noiseRms),
    speech: (speech) => speechFrames(speech, wire.micFormat, noiseRms),
    finish: (frames) => frames,
    close: () => {},
  };
  return new VoicedMic(coded, options);
}

class VoicedMic<Frame> implements DeviceMic {
  readonly #voice: MicVoice<Frame>;
  readonly #options: DeviceMicOptions;
  #microphone: Microphone<Frame> | undefined;

  constructor(voice: MicVoice<Frame>, options: DeviceMicOptions) {
    this.#voice = voice;
    this.#options = options;
  }

  async open(): Promise<void> {
    const { settings, isHeard, send } = this.#options;
    await this.#voice.open();
    this.#microphone ??= new Microphone({
      clock: settings.audioClock,
      frameMs: settings.wire.micFormat.frameMs,
      framesPerMessage: settings.wire.framesPerMessage,
      ambient: settings.ambient ? await this.#voice.ambient() : undefined,
      isHeard,
      send: (frames, startMs) => send(this.#voice.finish(frames, startMs)),
    });
  }

  async prepare(speech: Speech): Promise<() => Promise<ClipSpan>> {
    const frames = await this.#voice.speech(speech);
    return () => this.#opened.speak(frames);
  }

  wake(): void {
    this.#opened.wake();
  }

  freeze(): void {
    this.#opened.freeze();
  }

  thaw(): void {
    this.#opened.thaw();
  }

  stop(): void {
    this.#opened.stop();
    this.#voice.close();
  }

  get #opened(): Microphone<Frame> {
    if (!this.#microphone) throw new Error('open() the microphone first');
    return this.#microphone;
  }
}
