import type { FakeKyutaiEarOptions, FakeKyutaiWord } from '../fake-kyutai-ear.ts';

const FRAME_SECONDS = 0.08;
/** Louder than this is speech, root mean square of samples from -1 to 1. */
const SPEECH_RMS = 0.01;
/** Frames of silence after which the user has finished, probably. */
const PAUSE_FRAMES = 5;
/** Seconds that a word takes. */
const WORD_SECONDS = 0.2;

/** What {@link listener} gives to a link. */
type Listener = Pick<FakeKyutaiEarOptions, 'words' | 'pause' | 'hear'>;

/**
 * Recognises how long the user speaks: "Heard", and then the seconds as they pass, "1", "2", "3". It believes that the
 * user has finished after 0.4 s of silence.
 */
export function listener(): Listener & { readonly hear: (frame: readonly number[]) => void } {
  const words: FakeKyutaiWord[] = [];
  let loudFrames = 0;
  let quietFrames = 0;
  let frames = 0;
  const say = (text: string) => {
    const start = frames * FRAME_SECONDS;
    words.push({ text, start, stop: start + WORD_SECONDS });
  };
  return {
    words,
    pause: () => (words.length > 0 && quietFrames >= PAUSE_FRAMES ? 0.9 : 0.05),
    hear: (frame) => {
      const isLoud = Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length) > SPEECH_RMS;
      quietFrames = isLoud ? 0 : quietFrames + 1;
      if (isLoud) {
        if (words.length === 0) say('Heard');
        const before = Math.floor(loudFrames * FRAME_SECONDS);
        loudFrames += 1;
        const seconds = Math.floor(loudFrames * FRAME_SECONDS);
        if (seconds > before) say(String(seconds));
      }
      frames += 1;
    },
  };
}
