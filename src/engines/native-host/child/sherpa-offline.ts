import type { OfflineRecognizer } from 'sherpa-onnx-node';
import { HEARING_RATE } from '../../../audio/rates.ts';
import type { HostOutput } from './host-output.ts';
import { JobQueue } from './job-queue.ts';
import { readSamples } from './read-samples.ts';

/** Shorter ones hold no word. */
const MIN_SAMPLES = HEARING_RATE / 10;
const FIRST_SAMPLES = HEARING_RATE * 4;

interface Utterance {
  samples: Float32Array;
  count: number;
}

/** What a recogniser of whole utterances is bounded by. */
export interface OfflineLimits {
  readonly maxWaiting: number;
  readonly maxSeconds: number;
}

/**
 * Recognises utterances as wholes: gathers the audio, and does them one by one when they are over. Beyond `maxSeconds` the
 * audio is dropped and an empty partial text with `endpoint` says that the utterance should end.
 */
export class OfflineRecogniser {
  readonly #recogniser: OfflineRecognizer;
  readonly #output: HostOutput;
  readonly #maxSamples: number;
  readonly #queue: JobQueue;
  readonly #utterances = new Map<number, Utterance>();

  constructor(recogniser: OfflineRecognizer, output: HostOutput, { maxWaiting, maxSeconds }: OfflineLimits) {
    this.#recogniser = recogniser;
    this.#output = output;
    this.#maxSamples = maxSeconds * HEARING_RATE;
    this.#queue = new JobQueue(maxWaiting);
  }

  /** Decodes a little silence: a model whose features do not fit ends the process here. */
  async warmUp(): Promise<void> {
    await this.#decode(new Float32Array(HEARING_RATE));
  }

  open(id: number): void {
    this.#utterances.set(id, { samples: new Float32Array(FIRST_SAMPLES), count: 0 });
  }

  /** Bytes of mono s16 samples in the machine's order; kept nowhere. An unknown id is ignored: it was cancelled. */
  audio(id: number, bytes: Uint8Array): void {
    const utterance = this.#utterances.get(id);
    if (!utterance || utterance.count === this.#maxSamples) return;
    const samples = Math.min(bytes.length >> 1, this.#maxSamples - utterance.count);
    if (utterance.count + samples > utterance.samples.length) {
      const length = Math.min(this.#maxSamples, Math.max(utterance.samples.length * 2, utterance.count + samples));
      const larger = new Float32Array(length);
      larger.set(utterance.samples.subarray(0, utterance.count));
      utterance.samples = larger;
    }
    readSamples(bytes.subarray(0, samples * 2), utterance.samples.subarray(utterance.count));
    utterance.count += samples;
    if (utterance.count === this.#maxSamples) this.#output.partial(id, '', true);
  }

  end(id: number): void {
    const utterance = this.#utterances.get(id);
    if (!utterance) return;
    if (utterance.count < MIN_SAMPLES) {
      this.#utterances.delete(id);
      this.#output.final(id, '');
      return;
    }
    if (this.#queue.add(id, () => this.#recognise(id, utterance))) return;
    this.#utterances.delete(id);
    const message = 'so many utterances wait to be recognised that one more would wait too long: try again in a moment';
    this.#output.failed(id, { code: 'engine_overloaded', message });
  }

  /** One that is being decoded is decoded to its end, and nothing is said of it. */
  cancel(id: number): void {
    this.#utterances.delete(id);
    this.#queue.drop(id);
  }

  async #recognise(id: number, { samples, count }: Utterance): Promise<void> {
    try {
      const text = await this.#decode(samples.subarray(0, count));
      if (this.#utterances.delete(id)) this.#output.final(id, text);
    } catch (error) {
      if (this.#utterances.delete(id)) this.#output.failed(id, { code: 'engine_bad_answer', message: String(error) });
    }
  }

  async #decode(samples: Float32Array): Promise<string> {
    const stream = this.#recogniser.createStream();
    stream.acceptWaveform({ sampleRate: HEARING_RATE, samples });
    const { text } = await this.#recogniser.decodeAsync(stream);
    return text.trim();
  }
}
