import { dropDirections } from './asides/directions.ts';
import { dropSmileys } from './asides/smileys.ts';
import { sayCodes, sayLongCodes } from './digits/codes.ts';
import { sayNetworkAddresses } from './digits/network-addresses.ts';
import { sayTelephones } from './digits/telephone.ts';
import { sayDates } from './figures/dates.ts';
import { joinThousands, sayFigures } from './figures/figures.ts';
import { gatherFractions, sayFractions } from './figures/fractions.ts';
import { sayMoney } from './figures/money.ts';
import { sayOrdinals } from './figures/ordinals.ts';
import { plainRanges, sayRanges } from './figures/ranges.ts';
import { sayRomans } from './figures/romans.ts';
import { sayScales } from './figures/scales.ts';
import { saySums } from './figures/sums.ts';
import { sayTimes } from './figures/times.ts';
import { sayUnits } from './figures/units.ts';
import { saySubstances } from './formulas/chemistry.ts';
import { sayFormulas } from './formulas/formulas.ts';
import { sayPlainMath } from './formulas/plain-math.ts';
import type { SpokenLexicon } from './lexicons/lexicon.ts';
import { lexiconFor } from './lexicons/lexicon-for.ts';
import { dropCitations } from './markup/citations.ts';
import { htmlToText } from './markup/html.ts';
import { dropCodeBlocks, dropEmphasis, dropLineMarks, sayLinks, unescapeSigns } from './markup/markdown.ts';
import { rowsToSentences } from './markup/tables.ts';
import { replaceAll } from './replacement.ts';
import { Shelf } from './shelf.ts';
import { sayLoneSigns, saySigns } from './signs.ts';
import { tidyEnd, tidyStart } from './tidy.ts';

/**
 * What a voice should say of a text that was written to be read: without markup, code, citations, stage directions,
 * smileys and addresses; formulas, units, money, dates and abbreviations in words; telephone numbers and codes digit by
 * digit. Empty when nothing is left that could be spoken. Language models write all this whatever they are told.
 * @param language BCP 47; in a language without a lexicon what needs words is left to the voice
 */
export function toSpokenText(text: string, language = 'en'): string {
  const lexicon = lexiconFor(language);
  const shelf = new Shelf();
  const plain = dropMarkup(text, language, lexicon, shelf).replace(ENDLESS, (digits) => shelf.put(digits));
  const words = lexicon ? sayWords(plain, language, lexicon, shelf) : plainRanges(plain);
  const spoken = shelf.restore(tidyEnd(words)).trim();
  return /[\p{L}\p{N}]/u.test(spoken) ? spoken.replace(/ {2,}/g, ' ').replace(/ (?=[,.;!?](?!\d))/g, '') : '';
}

/** Digits that are no number any more. */
const ENDLESS = /\d{41,}/g;

/** What later steps would destroy comes first: formulas before tags and stars, smileys before brackets. */
function dropMarkup(text: string, language: string, lexicon: SpokenLexicon | undefined, shelf: Shelf): string {
  let plain = tidyStart(text);
  plain = dropCodeBlocks(plain);
  plain = sayFormulas(plain, lexicon, shelf);
  plain = htmlToText(plain);
  plain = dropCitations(plain);
  plain = sayLinks(plain, lexicon?.link ?? '', shelf);
  plain = dropLineMarks(plain);
  plain = rowsToSentences(plain);
  plain = dropSmileys(plain);
  plain = unescapeSigns(plain);
  plain = dropDirections(plain, language);
  return saySubstances(joinThousands(dropEmphasis(plain)), lexicon, shelf);
}

/** What is known by its shape comes first: dates before telephone numbers, both before numbers and their units. */
function sayWords(text: string, language: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  let words = sayNetworkAddresses(text, lexicon, shelf);
  words = sayRomans(words, lexicon);
  // Nearly every sentence of a conversation has no figure in it.
  if (/[\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒₀-₉]/.test(words)) words = sayFiguresOf(words, language, lexicon, shelf);
  else words = saySigns(replaceAll(words, lexicon.abbreviations), lexicon);
  words = sayLoneSigns(words, lexicon);
  return saySums(sayPlainMath(words, lexicon, shelf), lexicon);
}

function sayFiguresOf(text: string, language: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  let words = sayDates(text, language, lexicon, shelf);
  words = sayLongCodes(words, shelf);
  words = sayTelephones(words, lexicon, shelf);
  words = sayTimes(words, lexicon, shelf);
  words = sayCodes(words, lexicon, shelf);
  words = replaceAll(words, lexicon.abbreviations);
  words = saySigns(words, lexicon);
  words = sayFigures(words, lexicon);
  words = sayMoney(words, lexicon);
  words = sayScales(words, lexicon);
  words = sayRanges(words, lexicon);
  words = gatherFractions(words, lexicon);
  words = sayOrdinals(words, lexicon);
  words = sayUnits(words, lexicon);
  return sayFractions(words, lexicon);
}
