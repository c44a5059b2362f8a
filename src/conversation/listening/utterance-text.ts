/** Nobody ends a sentence with these, in English or French. */
const HESITATIONS = new Set(
  'um umm uh uhm er erm hmm and but or because the a an my your if of than euh heu et mais ou donc car le la les un une des du de mon ma que'.split(
    ' ',
  ),
);

/** What somebody says to show that they listen, in English or French. */
const BACKCHANNELS = new Set(
  'mhm mm mmm hm hmm uh-huh uhuh huh yeah yes yep yup ok okay right sure oh ah aha i see good nice wow oui ouais ok bon ah bien'.split(
    ' ',
  ),
);
/** Longer ones are meant, whatever they consist of. */
const LONGEST_BACKCHANNEL = 3;

/** The words of a text, lower case, without punctuation. */
export function plainWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .split(/[^\p{L}\p{N}'-]+/u)
    .map((word) => word.replace(/^['-]+|['-]+$/g, ''))
    .filter((word) => word !== '');
}

/** Whether two texts say the same, but for capitals, punctuation and spaces. */
export function saysTheSame(a: string, b: string): boolean {
  return plainWords(a).join(' ') === plainWords(b).join(' ');
}

/** Whether a speaker who says this last is about to go on. */
export function hesitates(text: string): boolean {
  if (/(?:,|…|\.\.\.|[-–—])\s*$/.test(text)) return true;
  return HESITATIONS.has(plainWords(text).at(-1) ?? '');
}

/** Whether the recogniser's punctuation says that the sentence is complete. */
export function isComplete(text: string): boolean {
  return /[.!?。！？]["'”’»)]*\s*$/.test(text) && !/\.\.\.\s*$/.test(text);
}

/** Whether this only shows that somebody listens: "mhm", "yes", "I see". */
export function isBackchannel(text: string): boolean {
  const words = plainWords(text);
  return words.length > 0 && words.length <= LONGEST_BACKCHANNEL && words.every((word) => BACKCHANNELS.has(word));
}
