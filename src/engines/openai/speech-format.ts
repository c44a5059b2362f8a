import type { CallErrors } from './requests/errors.ts';
import { WavStream } from './wav-stream.ts';

/** What raw samples are where a server does not say more: as OpenAI writes them, Hz. */
const USUAL_RATE = 24_000;

/**
 * What reads the audio of a server: WAV, which is asked for, or the raw samples (mono s16) that some servers send in its place.
 * @throws DialtoneError `engine_bad_answer` when the server says that it is something else
 */
export function speechReader(response: Response, errors: CallErrors): WavStream {
  const type = (response.headers.get('content-type') ?? '').toLowerCase();
  if (/^audio\/(?:x-)?(?:pcm|l16|raw)\b/.test(type)) {
    const rate = Number(/rate=(\d+)/.exec(type)?.[1] ?? USUAL_RATE);
    return new WavStream(errors, rate >= 8_000 && rate <= 192_000 ? rate : USUAL_RATE);
  }
  const other = /^(?:audio\/(?:mpeg|mp3|ogg|opus|aac|flac|webm)|text\/html|application\/json)\b/.exec(type)?.[0];
  if (other !== undefined) throw errors.badAnswer(`it is ${other}, where WAV was asked for`);
  return new WavStream(errors);
}
