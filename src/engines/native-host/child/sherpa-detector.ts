import { statSync } from 'node:fs';
import type sherpaOnnx from 'sherpa-onnx-node';
import type { Vad } from 'sherpa-onnx-node';
import { HEARING_RATE } from '../../../audio/rates.ts';
import type { HostFailure, ModelSpec } from '../host-config.ts';
import type { HostOutput } from './host-output.ts';
import { detectorConfig } from './model-config.ts';
import { floatsOf, shortsOf } from './read-samples.ts';

/** What one detector keeps of what it has heard, seconds: it is asked about beginnings, not about whole utterances. */
const KEPT_SECONDS = 30;
/** The window of silero. Of more in one call, sherpa-onnx says that there is speech when there is in any of it. */
const PIECE_SAMPLES = 512;

interface Sound {
  readonly vad: Vad;
  samples: number;
}

/**
 * Tells speech from noise with one model, for many sounds at once. A detector of sherpa-onnx has its own copy of the model and hears
 * one sound at a time; `maxWaiting` of them are there at most, each loaded when it is first needed.
 */
export class SpeechDetector {
  readonly #sherpa: typeof sherpaOnnx;
  readonly #spec: ModelSpec;
  readonly #output: HostOutput;
  readonly #file: string;
  readonly #sounds = new Map<number, Sound>();
  readonly #idle: Vad[] = [];
  readonly #shorts = new Int16Array(PIECE_SAMPLES);
  readonly #floats = new Float32Array(PIECE_SAMPLES);

  constructor(sherpa: typeof sherpaOnnx, spec: ModelSpec, output: HostOutput) {
    this.#sherpa = sherpa;
    this.#spec = spec;
    this.#output = output;
    this.#file = this.#stamp();
  }

  /** Hears a little silence: the first step is slow, and a model that does not fit ends the process here. */
  warmUp(): void {
    const vad = this.#create();
    vad.acceptWaveform(new Float32Array(HEARING_RATE));
    vad.reset();
    this.#idle.push(vad);
  }

  open(id: number): void {
    const refusal = this.#idle.length > 0 ? undefined : this.#refusal();
    if (refusal) this.#output.failed(id, refusal);
    else this.#sounds.set(id, { vad: this.#idle.pop() ?? this.#create(), samples: 0 });
  }

  /** Bytes of mono s16 samples in the machine's order; kept nowhere. An unknown id is ignored: it was cancelled. */
  audio(id: number, bytes: Uint8Array): void {
    const sound = this.#sounds.get(id);
    if (!sound) return;
    for (let at = 0; at + 1 < bytes.length; at += PIECE_SAMPLES * 2) {
      const shorts = shortsOf(bytes.subarray(at, at + PIECE_SAMPLES * 2), this.#shorts);
      sound.vad.acceptWaveform(floatsOf(shorts, this.#floats).subarray(0, shorts.length));
      sound.samples += shorts.length;
    }
    this.#output.heard(id, sound.vad.isDetected(), sound.samples);
    // What was speech is kept for a caller who fetches it.
    if (!sound.vad.isEmpty()) sound.vad.clear();
  }

  /** Nothing more is asked; there is no last answer. */
  end(id: number): void {
    this.cancel(id);
  }

  cancel(id: number): void {
    const sound = this.#sounds.get(id);
    if (!sound) return;
    this.#sounds.delete(id);
    sound.vad.reset();
    this.#idle.push(sound.vad);
  }

  /** Why there can be no further detector. */
  #refusal(): HostFailure | undefined {
    if (this.#sounds.size >= this.#spec.maxWaiting) {
      const message = `${this.#spec.maxWaiting} sounds are listened to already`;
      return { code: 'engine_overloaded', message };
    }
    // A model that is gone makes a detector that hears no speech at all, and one that is broken ends the process.
    if (this.#stamp() === this.#file) return undefined;
    return {
      code: 'engine_unavailable',
      message: `${this.#spec.group.model} was changed or removed: restart dialtone`,
    };
  }

  #create(): Vad {
    return new this.#sherpa.Vad(detectorConfig(this.#spec), KEPT_SECONDS);
  }

  #stamp(): string {
    const info = statSync(String(this.#spec.group.model), { throwIfNoEntry: false });
    return `${info?.size} ${info?.mtimeMs}`;
  }
}
