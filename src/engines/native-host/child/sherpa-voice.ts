import type { OfflineTts } from 'sherpa-onnx-node';
import type { ModelInfo, SpeechJob } from '../host-config.ts';
import type { HostOutput } from './host-output.ts';
import { JobQueue } from './job-queue.ts';

/** How sherpa-onnx says that there is no sound. */
const NOTHING_SAID = /produced no audio/;

/** Says sentences with one model, one by one; what a text holds of sentences is handed on as each is made. */
export class Voice {
  readonly info: ModelInfo;
  readonly #tts: OfflineTts;
  readonly #output: HostOutput;
  readonly #queue: JobQueue;
  readonly #wanted = new Set<number>();

  constructor(tts: OfflineTts, output: HostOutput, { maxWaiting }: { readonly maxWaiting: number }) {
    this.#tts = tts;
    this.#output = output;
    this.#queue = new JobQueue({ maxWaiting });
    this.info = { sampleRate: tts.sampleRate, speakers: Math.max(1, tts.numSpeakers) };
  }

  /** Says a word that is not played: the first one is slow, and a model whose tokens do not fit ends the process here. */
  async warmUp(): Promise<void> {
    await this.#generate({ text: 'One.', speaker: 0, speed: 1 }, () => true);
  }

  say(id: number, job: SpeechJob): void {
    this.#wanted.add(id);
    if (this.#queue.add(id, () => this.#speak(id, job))) return;
    this.#wanted.delete(id);
    const message = 'so many sentences wait to be said that one more would wait too long: try again in a moment';
    this.#output.failed(id, { code: 'engine_overloaded', message });
  }

  /** One that is being said stops before its next sentence. */
  cancel(id: number): void {
    this.#wanted.delete(id);
    this.#queue.drop(id);
  }

  async #speak(id: number, job: SpeechJob): Promise<void> {
    try {
      await this.#generate(job, (samples) => {
        if (!this.#wanted.has(id)) return false;
        this.#output.speech(id, samples);
        return true;
      });
      if (this.#wanted.delete(id)) this.#output.spoken(id);
    } catch (error) {
      if (this.#wanted.delete(id)) this.#output.failed(id, { code: 'engine_bad_answer', message: String(error) });
    }
  }

  async #generate({ text, speaker, speed }: SpeechJob, take: (samples: Float32Array) => boolean): Promise<void> {
    const sid = speaker < this.info.speakers ? speaker : 0;
    let isTaken = false;
    const generating = this.#tts.generateAsync({
      text,
      sid,
      speed,
      enableExternalBuffer: false,
      onProgress: (progress) => {
        isTaken = true;
        return take(progress.samples);
      },
    });
    const { samples } = await generating.catch((error: unknown) => {
      // A text of signs that the model does not know, such as an emoji, is nothing to say.
      if (NOTHING_SAID.test(String(error))) return { samples: new Float32Array(0) };
      throw error;
    });
    // Not every kind of model tells of its progress.
    if (!isTaken && samples.length > 0) take(samples);
  }
}
