import { KeptAudio } from '../../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../../audio/rates.ts';
import { MAX_PAYLOAD_BYTES } from '../wire.ts';
import type { HostOutput } from './host-output.ts';
import { JobQueue } from './job-queue.ts';
import { floatsOf, shortsOf } from './read-samples.ts';
import type { ToldRecogniser } from './told-language.ts';

/** Shorter ones hold no word. */
const MIN_SAMPLES = HEARING_RATE / 10;

interface Utterance {
  readonly audio: KeptAudio;
  readonly language: string | undefined;
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
  readonly #recogniser: ToldRecogniser;
  readonly #output: HostOutput;
  readonly #maxSamples: number;
  readonly #queue: JobQueue;
  readonly #utterances = new Map<number, Utterance>();
  readonly #shorts = new Int16Array(MAX_PAYLOAD_BYTES / 2);

  constructor(recogniser: ToldRecogniser, output: HostOutput, { maxWaiting, maxSeconds }: OfflineLimits) {
    this.#recogniser = recogniser;
    this.#output = output;
    this.#maxSamples = maxSeconds * HEARING_RATE;
    this.#queue = new JobQueue({ maxWaiting, mayLinger: recogniser.mayLinger });
  }

  /** Decodes a little silence: a model whose features do not fit ends the process here. */
  async warmUp(): Promise<void> {
    await this.#decode(new Int16Array(HEARING_RATE), undefined);
  }

  /** @param language BCP 47; undefined: the model finds out, where it can */
  open(id: number, language?: string): void {
    this.#utterances.set(id, { audio: new KeptAudio(this.#maxSamples), language });
  }

  /** Bytes of mono s16 samples in the machine's order; kept nowhere. An unknown id is ignored: it was cancelled. */
  audio(id: number, bytes: Uint8Array): void {
    const audio = this.#utterances.get(id)?.audio;
    if (!audio || audio.isFull) return;
    audio.add(shortsOf(bytes, this.#shorts));
    if (audio.isFull) this.#output.partial(id, '', true);
  }

  end(id: number): void {
    const utterance = this.#utterances.get(id);
    if (!utterance) return;
    if (utterance.audio.count < MIN_SAMPLES) {
      this.#utterances.delete(id);
      this.#output.final(id, '');
      return;
    }
    if (this.#queue.add(id, () => this.#recognise(id, utterance))) return;
    this.#utterances.delete(id);
    const message = 'so many utterances wait to be recognised that one more would wait too long: try again in a moment';
    this.#output.failed(id, { code: 'engine_overloaded', message });
  }

  /** Nothing is said of it any more. One that is being decoded is decoded to its end, for sherpa-onnx cannot stop: see JobLimits. */
  cancel(id: number): void {
    this.#utterances.delete(id);
    this.#queue.drop(id);
  }

  async #recognise(id: number, { audio, language }: Utterance): Promise<void> {
    try {
      const text = await this.#decode(audio.samples, language);
      if (this.#utterances.delete(id)) this.#output.final(id, text);
    } catch (error) {
      if (this.#utterances.delete(id)) this.#output.failed(id, { code: 'engine_bad_answer', message: String(error) });
    }
  }

  async #decode(shorts: Int16Array, language: string | undefined): Promise<string> {
    const recogniser = await this.#recogniser.for(language);
    const stream = recogniser.createStream();
    stream.acceptWaveform({ sampleRate: HEARING_RATE, samples: floatsOf(shorts) });
    const { text } = await recogniser.decodeAsync(stream);
    return text.trim();
  }
}
