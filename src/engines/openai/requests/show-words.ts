import type { ShowWords } from './errors.ts';

const HIDDEN = '[redacted]';

/** What looks like a key of any service. */
const KEYS = /\bBearer\s+\S+|\b(?:gsk|sk|pk|hf|xai|nvapi|AIza)[-_]?[A-Za-z0-9_-]{12,}|(?<=:\/\/)[^\s/@]+@/g;

/** Shorter texts are ordinary words, and hide nothing, characters. */
const MIN_SENT = 8;

/**
 * Makes what a server says of an error fit to be shown: some servers repeat the key, or the request.
 * @param key that the server is sent
 * @param sent what people said, or are to be told
 */
export function wordsWithout(key: string | undefined, sent: readonly string[]): ShowWords {
  const hidden = sent.map(plain).filter((text) => text.length >= MIN_SENT);
  return (words) => {
    const open = (key === undefined ? words : words.replaceAll(key, HIDDEN)).replace(KEYS, HIDDEN);
    const said = plain(open);
    return hidden.some((text) => said.includes(text)) ? '' : open;
  };
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
