import { DialtoneError } from '../../core/errors.ts';
import type { Turn } from '../turn/turn.ts';

/** A model may answer with nothing but a sign (👍): that is an answer without a sound. A caller that gave the words wants them spoken. */
export function mayBeSilent({ kind, text }: Turn): boolean {
  return text.trim() !== '' && kind !== 'say' && kind !== 'ask';
}

/** The error of a reply that should have had words. */
export function nothingToSay({ cut }: Turn): DialtoneError {
  const why = cut ? ': the limit of tokens was reached before its first word. Set a higher LLM_MAX_TOKENS' : '';
  return new DialtoneError('engine_bad_answer', `the reply holds nothing that can be spoken${why}`);
}
