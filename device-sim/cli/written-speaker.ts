import { type Clock, systemClock } from '#src/core/clock';
import { WavRecorder } from '../recording/wav-recorder.ts';

/** The loudspeaker of a device that dials, written down. */
export interface WrittenSpeaker {
  /** Takes what the device plays, mono s16, when it has come. Keeps the array. */
  readonly play: (samples: Int16Array) => void;
  /** Completes the file. */
  readonly close: () => void;
}

/**
 * A WAV file of what a device plays. Silence of more than half a second is shortened.
 * @param path undefined: nothing is written
 * @throws what `fs` throws
 */
export function openWrittenSpeaker(
  path: string | undefined,
  sampleRate: number,
  clock: Clock = systemClock,
): WrittenSpeaker | undefined {
  if (path === undefined) return undefined;
  const recorder = new WavRecorder(path, sampleRate, 'shortened');
  recorder.open();
  let endMs = 0;
  return {
    play: (samples) => {
      // It comes sooner than it sounds.
      const startMs = Math.max(clock.now(), endMs);
      endMs = startMs + (samples.length * 1000) / sampleRate;
      recorder.write(samples, startMs);
    },
    close: () => recorder.close(),
  };
}
