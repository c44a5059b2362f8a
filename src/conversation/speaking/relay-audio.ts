import type { Playout } from '../../audio/playout.ts';
import { createResampler } from '../../audio/resample.ts';
import type { SpokenAudio } from '../proactive/requests.ts';

/** So much is there before any of it is played, so that the unevenness of a network does not cut it, milliseconds. */
const PREBUFFER_MS = 200;

/** What relaying needs. */
export interface RelayOptions {
  readonly signal: AbortSignal;
  /** Resolves when more may be read. Rejects with an AbortError when the signal aborts. */
  readonly hasRoom: () => Promise<void>;
  /** A piece has come. */
  readonly onAudio: () => void;
}

/**
 * Writes the audio of a client into a playout, at the playout's rate, as fast as it is played.
 * @throws AbortError when the signal aborts
 */
export async function relayAudio(
  audio: SpokenAudio,
  playout: Pick<Playout<string>, 'sampleRate' | 'write'>,
  { signal, hasRoom, onAudio }: RelayOptions,
): Promise<void> {
  const resampler = await createResampler(audio.sampleRate, playout.sampleRate);
  let waiting: Int16Array[] | undefined = [];
  let waitingSamples = 0;
  const write = (samples: Int16Array) => {
    if (!waiting) return playout.write(samples);
    waiting.push(samples);
    waitingSamples += samples.length;
    if (waitingSamples >= (PREBUFFER_MS * playout.sampleRate) / 1_000) begin();
  };
  const begin = () => {
    const first = waiting ?? [];
    waiting = undefined;
    for (const samples of first) playout.write(samples);
  };
  try {
    for await (const samples of audio.chunks(signal)) {
      signal.throwIfAborted();
      onAudio();
      write(resampler.process(samples));
      await hasRoom();
    }
    signal.throwIfAborted();
    write(resampler.flush());
    begin();
  } finally {
    resampler.free();
  }
}
