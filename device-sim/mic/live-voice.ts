import { createResampler, type Resampler } from '#src/audio/resample';
import type { UplinkFrame } from '../protocols/wire.ts';
import type { SoundSink } from '../recording/sound-sink.ts';
import { Echo, type EchoPath } from '../speaker/echo.ts';
import type { MicVoice } from './device-mic.ts';
import { DTX_PACKET, DtxGate } from './dtx-gate.ts';
import { ambientSamples, createFrameEncoder, type FrameEncoder, type MicFormat, speechSamples } from './mic-frames.ts';
import type { Speech } from './speech.ts';

/** What a live microphone hears and does. */
export interface LiveVoiceOptions {
  readonly format: MicFormat;
  readonly noiseRms: number;
  /** The loudspeaker that it hears; undefined: none. */
  readonly echo: Omit<EchoPath, 'micRate' | 'resampler'> | undefined;
  /** Whether silence is not sent. */
  readonly dtx: boolean;
  /** Writes down every frame, at this rate, Hz. */
  readonly recorder?: { readonly sink: SoundSink; readonly sampleRate: number } | undefined;
}

/** Mixes and codes every frame when it is recorded: what is in it is not known before. */
export class LiveVoice implements MicVoice<Int16Array> {
  readonly #options: LiveVoiceOptions;
  readonly #gate: DtxGate | undefined;
  #echo: Echo | undefined;
  #encoder: FrameEncoder | undefined;
  #toRecorder: Resampler | undefined;

  constructor(options: LiveVoiceOptions) {
    this.#options = options;
    this.#gate = options.dtx ? new DtxGate(options.format.frameMs, options.noiseRms) : undefined;
  }

  async open(): Promise<void> {
    const { format, echo, recorder } = this.#options;
    if (recorder) this.#toRecorder = await createResampler(format.sampleRate, recorder.sampleRate);
    this.#encoder = await createFrameEncoder(format);
    if (!echo) return;
    const resampler = await createResampler(echo.speakerRate, format.sampleRate);
    this.#echo = new Echo({ ...echo, micRate: format.sampleRate, resampler });
  }

  async ambient(): Promise<readonly Int16Array[]> {
    return ambientSamples(this.#options.format, this.#options.noiseRms);
  }

  speech(speech: Speech): Promise<readonly Int16Array[]> {
    return speechSamples(speech, this.#options.format, this.#options.noiseRms);
  }

  finish(frames: readonly Int16Array[], startMs: number): readonly UplinkFrame[] {
    const { frameMs } = this.#options.format;
    return frames.map((shared, index) => {
      const frame = shared.slice();
      this.#echo?.mix(frame, startMs + index * frameMs);
      this.#record(frame, startMs + index * frameMs);
      return this.#code(frame);
    });
  }

  close(): void {
    this.#encoder?.free();
    this.#encoder = undefined;
  }

  #record(frame: Int16Array, startMs: number): void {
    const samples = this.#toRecorder?.process(frame);
    if (samples) this.#options.recorder?.sink.write(samples, startMs);
  }

  #code(frame: Int16Array): UplinkFrame {
    const verdict = this.#gate?.judge(frame) ?? 'send';
    if (verdict === 'drop') return null;
    return verdict === 'refresh' ? DTX_PACKET : (this.#encoder?.encode(frame) ?? null);
  }
}
