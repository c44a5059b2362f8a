import { wordErrors, wordsOf } from './word-errors.ts';

/** The most that may be misheard over the run, words of words. */
const MAX_WORD_ERROR_RATE = 0.2;

/** What became of one question. */
export interface TurnRecord {
  readonly device: string;
  readonly said: string;
  readonly heard: string;
  /** The stage that failed and how; undefined when all went well. */
  readonly failure?: { readonly stage: 'connect' | 'heard' | 'answered' | 'played'; readonly reason: string };
}

/** Whether a run was a success, and the lines that say so or why not. */
export function verdict(turns: readonly TurnRecord[]): { readonly ok: boolean; readonly lines: readonly string[] } {
  const lines = turns.flatMap(({ device, said, failure }) =>
    failure ? [`${device} failed at "${failure.stage}" of "${said}": ${failure.reason}`] : [],
  );
  const words = turns.reduce((sum, { said }) => sum + wordsOf(said).length, 0);
  const errors = turns.reduce((sum, { said, heard }) => sum + wordErrors(said, heard), 0);
  const rate = words === 0 ? 1 : errors / words;
  const summary = `${turns.length} turns, ${errors} of ${words} words misheard (${(rate * 100).toFixed(1)} %)`;
  if (rate > MAX_WORD_ERROR_RATE) lines.push(`too much was misheard: ${summary}`);
  return lines.length > 0 ? { ok: false, lines } : { ok: true, lines: [summary] };
}
