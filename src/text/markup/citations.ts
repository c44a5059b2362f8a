import { before, type Replacement, replaceAll } from '../replacement.ts';
import { DROPPED } from '../tidy.ts';

/**
 * Leaves out references that are for the eye: 【4†source】, [1], [2, 3], [^1], "[citation needed]", (Smith et al., 2020),
 * footnote numbers. A year alone stays, as in "Smith et al. (2020)"; so does a place with its year, as in (Paris, 2024).
 */
export function dropCitations(text: string): string {
  if (!/[[【(¹²³⁰⁴-⁹]/.test(text)) return text;
  return replaceAll(text, REFERENCES)
    .replace(NUMBERED, (match: string, at: number, whole: string) =>
      KEPT.test(before(whole, at)) || /^\[0/.test(match) ? match : DROPPED,
    )
    .replace(BRACKETED, (match: string, inner: string) => (isAuthorAndYear(inner) ? DROPPED : match))
    .replace(FOOTNOTE, (match: string, word: string, mark: string) => (isPower(word) ? match : word + (mark ?? '')));
}

const REFERENCES: readonly Replacement[] = [
  [/【\d{1,4}(?::\d{1,4})?(?:†[^【】\n]{0,80})?】/gu, DROPPED],
  [/【[^【】\n]{0,60}(?:†|source|出典|来源)[^【】\n]{0,60}】/gu, DROPPED],
  // The list of references at the end.
  [/^ ?\[\^?[\w-]{1,20}\]: ?(?:<?https?:.{0,2000}|.{0,500})$/gm, DROPPED],
  [/\[\^[^\]\s]{1,40}\](?!\()/g, DROPPED],
  [/\^\[[^\]\n]{1,40}\]/g, DROPPED],
  // A link whose text is a number, and one that stands alone in brackets.
  [/\[\[?\^?\d{1,3}\]?\]\([^()\s]{1,2000}\)/g, DROPPED],
  [/\( ?(?:\[[^[\]\n]{0,200}\]\([^()\s]{1,2000}\)(?:[,;] ?)?){1,5} ?\)/g, DROPPED],
  [
    /\[(?:citation needed|sources? needed|needs citation|sic|cite[^[\]\n]{0,60}|cite_(?:start|end)|(?:sources?|refs?|references?|quelles?|quellen?)(?:[: ]\s?[\w .,:-]{0,40})?|(?:doc|web|note|s|ref|src)[ :]?\d{1,3}(?:[:, -]{1,2}\d{1,3}){0,5}|\d{1,3}†[^\]\n]{0,60}|référence nécessaire)\](?!\()/gi,
    DROPPED,
  ],
  // A letter in brackets right behind a word.
  [/(?<=[\p{L}.,])\[[a-z]\](?!\()/gu, DROPPED],
];

/** [1], [2, 3], [1-4]; not a link. */
const NUMBERED = /\[[¹²³⁰⁴-⁹]{1,3}\]|\[ ?\d{1,3}(?: ?[,;–-] ?\d{1,3}){0,15} ?\](?!\()/g;

/** Behind these a number in brackets is meant to be heard. */
const KEPT =
  /(?:\b(?:press|choose|select|type|enter|dial|option|list|array|interval|range|vector|set|point|appuyez sur|tapez|choisissez|option|liste|intervalle|drücke?n?|wählen?|option|liste|intervall)(?: sie)?(?: (?:the|le|la|die|das))?|[=∈(,]|\bor|\bou|\boder)\s?$/i;

/** Brackets that may hold an author and a year. */
const BRACKETED = /\(([^()\n]{3,200})\)/g;

const NAME = String.raw`(?:(?:van|von|de|der|den|di|la|le) ){0,3}\p{Lu}[\p{L}'’-]{1,30}`;
const AUTHORED = new RegExp(
  String.raw`^(?:see |e\.g\.,? |cf\. |vgl\. |voir )?${NAME}(?:,? (?:&|and|et|und) ${NAME}|, ${NAME}| et al\.?){0,6},? \d{4}[a-z]?(?:[,:] ?(?:pp?\.|S\.)? ?\d{1,4}(?:[-–]\d{1,4})?)?$`,
  'u',
);

function isAuthorAndYear(inner: string): boolean {
  if (!/\d{4}/.test(inner)) return false;
  const parts = inner.split(/; ?/);
  if (!parts.every((part) => AUTHORED.test(part))) return false;
  return parts.length > 1 || / et al\.?,?|&| and | et | und |\d{4}[a-z]|\d{4}[,:]/.test(inner);
}

/** Raised figures behind a word, or behind the mark that ends a sentence. */
const FOOTNOTE = /(\p{L}{3,40})([.,;:!?"”]{0,2})[¹²³⁰⁴-⁹]{1,3}(?:[⁻˒,][¹²³⁰⁴-⁹]{1,3}){0,3}(?![\p{L}\p{N}])/gu;

/** What stands before a power though it has three letters or more. */
function isPower(word: string): boolean {
  return /^(?:sin|cos|tan|cot|log|exp|sec|yard|foot|inch|mile|min|mol)$/i.test(word);
}
