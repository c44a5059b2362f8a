import { doubtOf, isMadeUp, isTooDoubtful } from '../../text/made-up/doubt.ts';
import { withoutNoiseWords } from '../../text/made-up/noise-words.ts';
import { withoutLoops } from '../../text/made-up/repeated-words.ts';
import { stockKind } from '../../text/made-up/stock-phrases.ts';

/** A transcription of Whisper, as far as it matters here. */
export interface WhisperTranscription {
  readonly text: string;
  readonly segments?:
    | readonly {
        readonly text: string;
        readonly no_speech_prob?: number | null | undefined;
        readonly avg_logprob?: number | null | undefined;
      }[]
    | null
    | undefined;
}

/** Less doubt than this is not worth telling of. */
const CLEAR = 0.15;

/** The words that Whisper has really heard, and how much to doubt them, if at all: without what it makes of noise. */
export function whisperWords(transcription: WhisperTranscription): { readonly text: string; readonly doubt?: number } {
  const { text, segments } = transcription;
  const parts = segments?.length ? segments : [{ text }];
  let spoken = '';
  let doubt = 0;
  for (const part of parts) {
    const sureness = { noSpeech: part.no_speech_prob, logProb: part.avg_logprob };
    const partDoubt = doubtOf(sureness);
    const words = withoutNoiseWords(part.text);
    if (words === '' || isMadeUp(sureness) || isTooDoubtful(stockKind(words), partDoubt)) continue;
    // The longer part counts for more.
    doubt = (doubt * spoken.length + partDoubt * part.text.length) / (spoken.length + part.text.length);
    spoken += part.text;
  }
  const { text: cut, wasLoop } = withoutLoops(withoutNoiseWords(spoken));
  // A user says a word of agreement once or twice.
  if (cut === '' || (wasLoop && stockKind(cut) !== null)) return { text: '' };
  return doubt < CLEAR ? { text: cut } : { text: cut, doubt };
}
