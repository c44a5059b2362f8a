import { type Replacement, replaceAll } from './replacement.ts';

/** Stands where something was left out, until the marks around it are put right. */
export const DROPPED = '\ue001';

/** How many equal signs in a row are kept: more are decoration, and rules would look at each of them again. */
const MAX_RUN = 40;

/** Before anything else: one kind of space, no control and private characters, no endless runs. */
export function tidyStart(text: string): string {
  return replaceAll(text, START);
}

const START: readonly Replacement[] = [
  // Citations that some models mark with private characters.
  [/\ue200[^\ue201\n]{0,300}\ue201/g, DROPPED],
  [/[\ue000\ue002-\uf8ff\u{f0000}-\u{10fffd}]/gu, ' '],
  // Thousands, before their space becomes any space.
  [/(?<=\d)[\u00a0\u2009](?=\d{3}(?!\d))/g, '\u202f'],
  [/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n'],
  [/[^\S\n\u202f]+/g, ' '],
  [/[\n ]*\n[\n ]*/g, '\n'],
  [new RegExp(String.raw`([^\p{L}\p{N}\s])\1{${MAX_RUN},}`, 'gu'), '$1'.repeat(MAX_RUN)],
];

/** After everything else but the words on the shelf: what is left of the markup, and what is no text. */
export function tidyEnd(text: string): string {
  return replaceAll(text, LEFTOVERS);
}

const LEFTOVERS: readonly Replacement[] = [
  [/[*`~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''],
  [/_/g, ' '],
  [/ *\|[ |]*/g, ', '],
  [/\( *\)/g, ''],
  [/[([{][ \ue001]*\ue001[ \ue001]*[)\]}]/g, DROPPED],
  [/ ?(?:<?[-=]{1,2}>|[\u2190-\u21ff\u27f5-\u27ff\u2b05-\u2b07])+ ?/g, ', '],
  [/[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]/gu, DROPPED],
  [/[\p{Default_Ignorable_Code_Point}]|\u20e3/gu, ''],
  [/[‘’‚‛]/g, "'"],
  [/[“”„‟«»]/g, '"'],
  [/…/g, '...'],
  [/ ?[—–]+\s*$/g, ''],
  [/ ?—+ ?| –+ | -{2,3} |(?<=\p{L})--(?=\p{L})/gu, ', '],
  [/[[\]{}]/g, ' '],
  // Ornaments. A degree sign that no rule has taken stays.
  [/(?!°)\p{So}+/gu, DROPPED],
  [/[\p{Cc}\p{Cn}\p{Cs}]+/gu, ' '],
  // An opening quotation mark or bracket stands close to what follows.
  [/(?<=(?:^|\s)["(])[\s\ue001]*\ue001[\s\ue001]*/g, ''],
  // A mark behind something left out goes with it, unless a sentence ends with it.
  [/(^|[.!?…:;,"\n]) ?\ue001[\s\ue001]*[.,;:]?(?=[\s\ue001]|$)/g, '$1 '],
  [/\ue001/g, ' '],
  [/\s+/g, ' '],
  [/ ([,;!?]|\.(?!\d))/g, '$1'],
  [/,(?: ?,)+/g, ','],
  [/([!?:;]) ?,/g, '$1'],
  [/^[ ,;:]+(?=.)/g, ''],
];
