import { PcmStream } from '../audio/pcm-stream.ts';
import type { SpokenAudio } from '../conversation/proactive/requests.ts';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';

/** A client that sends nothing for so long, while more is wanted, sends no more, milliseconds. */
const STALLED_MS = 10_000;

/** So much speech is played of one request, seconds. */
export const MAX_SPOKEN_SECONDS = 300;

/** Samples are handed on in pieces of at most so many: a client that sends fast must not fill the playout at once. */
const PIECE_SAMPLES = 8_000;

/** Speech in the body of a request, read as it is played. */
export class SpokenBody implements SpokenAudio {
  readonly sampleRate: number;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #stream: PcmStream;
  readonly #clock: Clock;
  readonly #first: Int16Array;
  #failure: DialtoneError | undefined;

  private constructor(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    stream: PcmStream,
    first: Int16Array,
    clock: Clock,
  ) {
    this.#reader = reader;
    this.#stream = stream;
    this.#first = first;
    this.#clock = clock;
    this.sampleRate = stream.sampleRate ?? 0;
  }

  /**
   * Reads the beginning.
   * @param rawRate Hz of raw samples; undefined: it must be a WAV file
   * @throws DialtoneError `audio_bad_format` when it cannot be played, `audio_incomplete` when nothing comes
   */
  static async open(body: ReadableStream<Uint8Array>, rawRate: number | undefined, clock: Clock): Promise<SpokenBody> {
    const reader = body.getReader();
    const stream = new PcmStream(rawRate);
    try {
      for (;;) {
        const bytes = await nextOf(reader, clock);
        if (!bytes) throw new DialtoneError('audio_bad_format', 'There is no audio in the body');
        const samples = stream.push(bytes);
        if (samples.length > 0) return new SpokenBody(reader, stream, samples, clock);
      }
    } catch (error) {
      readOn(reader);
      throw error;
    }
  }

  /** It is not to be played. */
  refuse(): void {
    readOn(this.#reader);
  }

  /** Why not all of it was played; undefined: it was, or it was interrupted. */
  get failure(): DialtoneError | undefined {
    return this.#failure;
  }

  async *chunks(signal: AbortSignal): AsyncGenerator<Int16Array> {
    let left = MAX_SPOKEN_SECONDS * this.sampleRate;
    try {
      let samples = this.#first;
      for (;;) {
        if (samples.length > left) throw tooLong();
        left -= samples.length;
        for (let at = 0; at < samples.length; at += PIECE_SAMPLES) yield samples.subarray(at, at + PIECE_SAMPLES);
        const bytes = await nextOf(this.#reader, this.#clock, signal);
        if (!bytes) return;
        samples = this.#stream.push(bytes);
      }
    } catch (error) {
      if (!(error instanceof DialtoneError)) throw error;
      this.#failure = error;
    }
  }
}

/**
 * Reads what still comes, in vain, as the server does with a body that no route has taken: a client that is still sending would not
 * get the answer otherwise. The server ends it half a second after the answer.
 */
function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  const next = () => {
    reader.read().then(
      ({ done }) => {
        if (!done) next();
      },
      () => undefined,
    );
  };
  next();
}

/**
 * The next bytes; undefined: there are no more, or the signal has aborted.
 * @throws DialtoneError `audio_incomplete` when they do not come
 */
async function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => settle(() => resolve(undefined));
    const timer = clock.setTimer(() => settle(() => reject(stalled())), STALLED_MS);
    const settle = (how: () => void) => {
      clock.clearTimer(timer);
      signal?.removeEventListener('abort', stop);
      how();
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop);
    reader.read().then(
      ({ done, value }) => settle(() => resolve(done ? undefined : value)),
      (cause) => settle(() => reject(brokenOff(cause))),
    );
  });
}

const stalled = () =>
  new DialtoneError(
    'audio_incomplete',
    `nothing of the audio came for ${STALLED_MS / 1_000} s: send it as it is spoken`,
  );

const brokenOff = (cause: unknown) =>
  new DialtoneError('audio_incomplete', 'the connection broke off before all of the audio had come', { cause });

const tooLong = () =>
  new DialtoneError(
    'audio_incomplete',
    `at most ${MAX_SPOKEN_SECONDS} s are played of one request: send the rest in another`,
  );
