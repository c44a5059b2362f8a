import type { OnlineRecognizer, OnlineStream } from 'sherpa-onnx-node';
import { HEARING_RATE } from '../../../audio/rates.ts';
import { floatsOf, shortsOf } from './read-samples.ts';

/** The model sees this far ahead at least, so that the last word comes out only after as much again. */
const TAIL_MS = 400;
const MAX_POOLED = 256;
const PIECE_SAMPLES = 16_000;

/** Takes what was recognised. */
export interface RecogniserOutput {
  partial(id: number, text: string, endpoint: boolean): void;
  final(id: number, text: string): void;
}

interface Utterance {
  readonly id: number;
  readonly stream: OnlineStream;
  text: string;
  endpoint: boolean;
  /** A step was decoded in this turn: there may be something new. */
  decoded: boolean;
  /** No more audio will come: `final` gives its text, `discarded` nothing. */
  over: 'no' | 'final' | 'discarded';
}

/**
 * Recognises many utterances at once with one streaming recogniser. Those that have audio enough for a step are decoded
 * together, which costs a quarter of decoding them one by one. Streams are reused: the addon has no call to free one. All
 * audio has one rate: a stream whose rate changes ends the process.
 */
export class BatchRecogniser {
  readonly #recogniser: OnlineRecognizer;
  readonly #output: RecogniserOutput;
  readonly #utterances = new Map<number, Utterance>();
  readonly #pool: OnlineStream[] = [];
  /** Utterances that were fed since the last turn. */
  readonly #fed = new Set<Utterance>();
  readonly #shorts = new Int16Array(PIECE_SAMPLES);
  readonly #floats = new Float32Array(PIECE_SAMPLES);
  readonly #tail = new Float32Array((TAIL_MS * HEARING_RATE) / 1_000);

  constructor(recogniser: OnlineRecognizer, output: RecogniserOutput) {
    this.#recogniser = recogniser;
    this.#output = output;
  }

  /** Decodes a little silence: the first step is slow, and a model whose features do not fit ends the process here. */
  warmUp(): void {
    const stream = this.#recogniser.createStream();
    stream.acceptWaveform({ sampleRate: HEARING_RATE, samples: new Float32Array(HEARING_RATE) });
    while (this.#recogniser.isReady(stream)) this.#recogniser.decodeStreams([stream]);
    this.#recogniser.reset(stream);
    this.#pool.push(stream);
  }

  /** The language is that of the model. */
  open(id: number): void {
    const stream = this.#pool.pop() ?? this.#recogniser.createStream();
    this.#utterances.set(id, { id, stream, text: '', endpoint: false, decoded: false, over: 'no' });
  }

  /** Bytes of mono s16 samples in the machine's order; kept nowhere. An unknown id is ignored: it was cancelled. */
  audio(id: number, bytes: Uint8Array): void {
    const utterance = this.#utterances.get(id);
    if (utterance?.over !== 'no') return;
    for (let at = 0; at + 1 < bytes.length; at += PIECE_SAMPLES * 2) {
      const shorts = shortsOf(bytes.subarray(at, at + PIECE_SAMPLES * 2), this.#shorts);
      const samples = floatsOf(shorts, this.#floats).subarray(0, shorts.length);
      utterance.stream.acceptWaveform({ sampleRate: HEARING_RATE, samples });
    }
    this.#fed.add(utterance);
  }

  end(id: number): void {
    this.#finish(id, 'final');
  }

  cancel(id: number): void {
    this.#finish(id, 'discarded');
  }

  /** Whether {@link turn} has something to do. */
  get busy(): boolean {
    return this.#fed.size > 0;
  }

  /** Decodes all that can be decoded, then says what is new. */
  turn(): void {
    let ready = [...this.#fed].filter((utterance) => this.#recogniser.isReady(utterance.stream));
    while (ready.length > 0) {
      this.#recogniser.decodeStreams(ready.map((utterance) => utterance.stream));
      for (const utterance of ready) utterance.decoded = true;
      ready = ready.filter((utterance) => this.#recogniser.isReady(utterance.stream));
    }
    for (const utterance of this.#fed) this.#report(utterance);
    this.#fed.clear();
  }

  #finish(id: number, over: 'final' | 'discarded'): void {
    const utterance = this.#utterances.get(id);
    if (!utterance) return;
    this.#utterances.delete(id);
    utterance.over = over;
    // Also for a discarded one: what is left undecided in the stream would be heard by its next user.
    utterance.stream.acceptWaveform({ sampleRate: HEARING_RATE, samples: this.#tail });
    utterance.stream.inputFinished();
    this.#fed.add(utterance);
  }

  #report(utterance: Utterance): void {
    const { id, stream, over } = utterance;
    if (over === 'no') {
      if (utterance.decoded) this.#reportPartial(utterance);
      return;
    }
    if (over === 'final') this.#output.final(id, this.#recogniser.getResult(stream).text.trim());
    this.#recogniser.reset(stream);
    if (this.#pool.length < MAX_POOLED) this.#pool.push(stream);
  }

  #reportPartial(utterance: Utterance): void {
    const { id, stream } = utterance;
    const text = this.#recogniser.getResult(stream).text.trim();
    const endpoint = this.#recogniser.isEndpoint(stream);
    utterance.decoded = false;
    if (text === utterance.text && endpoint === utterance.endpoint) return;
    utterance.text = text;
    utterance.endpoint = endpoint;
    this.#output.partial(id, text, endpoint);
  }
}
