/** A text message of a pin of the first generation. */
export type FirstPinMessage =
  /** Its greeting: the first message of a link. */
  | { readonly type: 'session'; readonly id: string }
  /** Its user has finished. */
  | { readonly type: 'eos' }
  /** Its user begins anew: what was recorded and what was said are not meant. */
  | { readonly type: 'reset' };

/** Longest text that is parsed, and longest id that is kept. */
const MAX_CHARACTERS = 4_096;
const MAX_ID = 128;

/** Reads a text message; undefined: it is none of them. Never throws. */
export function readFirstPinMessage(text: string): FirstPinMessage | undefined {
  const json = parse(text);
  if (typeof json !== 'object' || json === null) return undefined;
  const signal = 'signal' in json ? json.signal : undefined;
  if (signal === 'EOS') return { type: 'eos' };
  if (signal === 'RESET') return { type: 'reset' };
  const id = 'session_id' in json ? json.session_id : undefined;
  return typeof id === 'string' && id !== '' ? { type: 'session', id: id.slice(0, MAX_ID) } : undefined;
}

function parse(text: string): unknown {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
