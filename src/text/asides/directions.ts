import { after, before } from '../replacement.ts';
import { DROPPED } from '../tidy.ts';
import type { DirectionWords } from './direction-words.ts';
import { directionWordsFor } from './directions-for.ts';

/**
 * Leaves out stage directions and descriptions of sounds: *smiles warmly*, (chuckles), [laughs], _sighs_.
 *
 * The same marks enclose emphasis and asides that are meant to be heard, so what stands between them decides:
 * - Between stars, low lines or tildes it is a direction when it begins with a known movement in the third person or
 *   in its -ing form, names a sound or a manner alone, or when it is a clause of its own: two words or more that begin
 *   small, behind the end of a sentence and before the beginning of one. It is emphasis when the sentence goes on
 *   through it: "He *smiles* a lot", "don't *laugh*".
 * - In round brackets only an expression of face or voice counts, or a phrase such as "in a whisper".
 * - In square brackets, which are never meant for the ear, also moods, manners and sounds.
 */
export function dropDirections(text: string, language: string): string {
  if (!/[*_~([{（［（:]/.test(text)) return text;
  const vocabulary = directionWordsFor(language);
  return ENCLOSED.reduce(
    (soFar, [pattern, kind]) =>
      soFar.replace(pattern, (match: string, ...groups: (string | number)[]) => {
        const at = groups.at(-2) as number;
        const content = groups[0] as string;
        const marks = kind === 'emphasis' && /^(?:\*\*|__)(?![*_])/.test(match) ? 'bold' : kind;
        const aside = new Aside(content, before(soFar, at), after(soFar, at + match.length), marks);
        return vocabulary.some((words) => aside.isDirection(words)) ? DROPPED : match;
      }),
    text,
  );
}

type Kind = 'emphasis' | 'bold' | 'round' | 'square';

const ENCLOSED: readonly (readonly [RegExp, Kind])[] = [
  [/(?<![*\p{N}\\])\*{1,3}(?=[^\s*])([^*\n]{1,200})(?<=\S)\*{1,3}(?![*\p{N}])/gu, 'emphasis'],
  [/(?<![_\p{L}\p{N}\\])_{1,3}(?=[^\s_])([^_\n]{1,200})(?<=\S)_{1,3}(?![_\p{L}\p{N}])/gu, 'emphasis'],
  [/(?<![~\p{L}\p{N}\\])~(?=[^\s~])([^~\n]{1,200})(?<=\S)~(?![~\p{L}\p{N}])/gu, 'emphasis'],
  [/(?<![:\p{L}\p{N}\\])::(?=[^\s:])([^:\n]{1,200})(?<=\S)::(?![:\p{L}\p{N}])/gu, 'emphasis'],
  [/[[［]{1,2}([^[\]\n［］]{1,120})[\]］]{1,2}(?!\()/gu, 'square'],
  [/\{([^{}\n]{1,120})\}/gu, 'square'],
  [/[(（]([^()\n（）]{1,160})[)）]/gu, 'round'],
];

/** Words with which a clause begins that is no direction, though it may stand alone between stars. */
const REAL_CLAUSE =
  /^(?:see|note|yes|no|not|and|or|but|of|the|a|an|this|that|it|if|in|on|at|for|to|with|voir|oui|non|siehe|ja|nein)$/;

const SPEAKING = /^(?:speaking|spoken|said|says|voice|parlant|sprechend)$/;

/** Something between marks, with what stands around it. */
class Aside {
  readonly #text: string;
  readonly #words: readonly string[];
  readonly #kind: Kind;
  /** The word before, when no mark stands between; lower case, else empty. */
  readonly #wordBefore: string;
  readonly #startsClause: boolean;
  readonly #endsClause: boolean;
  readonly #smallAfter: boolean;
  /** Whether a letter stands right beside the marks. */
  readonly #isTight: boolean;

  constructor(content: string, before: string, after: string, kind: Kind) {
    this.#text = content.trim().replace(/^[([{"'“]+|[)\]}"'”.,!?…:;~]+$/gu, '');
    this.#words = this.#text
      .toLowerCase()
      .replace(/[.,;:!?…"“”()]/g, ' ')
      .replace(/’/g, "'")
      .split(' ')
      .filter(Boolean);
    // **(pauses)** is a bracket.
    this.#kind = /^\(.*\)$/.test(content.trim()) ? 'round' : /^\[.*\]$/.test(content.trim()) ? 'square' : kind;
    this.#wordBefore = /([\p{L}'’]+) $/u.exec(before)?.[1]?.toLowerCase() ?? '';
    this.#startsClause = /(?:^|[.!?…:;\n"”»)\]\ue001—–-]) ?$/u.test(before) || before === '';
    this.#endsClause = /^ ?(?:$|[.!?…\n(*[_:\ue001]|["“«¿¡']?\p{Lu}(?!\s))|^ I\b/u.test(after);
    this.#isTight = /\p{L}$/u.test(before) || /^\p{L}/u.test(after);
    this.#smallAfter = /^ ?["'“]?\p{Ll}/u.test(after);
  }

  isDirection(vocabulary: DirectionWords): boolean {
    if (this.#words.length === 0 || this.#words.length > 25) return false;
    if (this.#kind === 'emphasis' || this.#kind === 'bold') return this.#isBetweenStars(vocabulary);
    return this.#kind === 'round' ? this.#isInRound(vocabulary) : this.#isInSquare(vocabulary);
  }

  /** What is done, without who does it and how: "he softly chuckles" is "chuckles". */
  #verbs({ subjects, manners, weakManners }: DirectionWords): readonly string[] {
    const words = subjects.has(this.#words[0] ?? '') ? this.#words.slice(1) : this.#words;
    const isManner = (word: string) => word.endsWith('ly') || manners.has(word) || weakManners.has(word);
    const at = words.findIndex((word) => !isManner(word));
    return at < 0 ? [] : words.slice(at);
  }

  #isBetweenStars(vocabulary: DirectionWords): boolean {
    const { isExpression, isMovement, isGerund, isBare, joiners, interjections, body } = vocabulary;
    const [verb = '', second] = this.#verbs(vocabulary);
    // "he *smiles*", "a *laugh*"
    if (joiners.has(this.#wordBefore)) return false;
    const isCapital = /^\p{Lu}/u.test(this.#text);
    const isReflexive = second === undefined && /^(?:se|sich)$/.test(verb);
    const isKnown = isExpression(verb) || (isMovement(verb) && !isReflexive);
    // "She looks good." may be meant to be heard.
    const isSaid = isCapital && vocabulary.subjects.has(this.#words[0] ?? '') && !isExpression(verb);
    if (isSaid) return false;
    const isThird = isKnown && !isBare(verb) && !isGerund(verb);
    if (this.#isTight) return isThird && !isCapital;
    // "My mother *smiles* a lot", but "I see *nods slowly* and I agree".
    const goesOn = this.#smallAfter && this.#wordBefore !== '' && !interjections.has(this.#wordBefore);
    if (goesOn) return isThird && second !== undefined;
    // "*Smiles* are free"
    if (isThird) return second !== undefined || !isCapital || !this.#smallAfter;
    if (this.#kind === 'bold' && isCapital) return false;
    if (isKnown && isBare(verb)) return this.#isBareDirection(vocabulary, isCapital);
    // "*Laughing* is healthy" goes on small.
    if (isKnown) return this.#startsClause && (!this.#smallAfter || (!isCapital && second !== undefined));
    if (this.#isOwnClause() && this.#hasSubject(vocabulary)) return true;
    if (this.#words.some((word) => body.has(word)) && this.#isOwnClause() && !isCapital) return true;
    if (this.#isManner(vocabulary)) return this.#isOwnClause();
    if (this.#isSound(vocabulary, 4) && !isCapital) return this.#startsClause || this.#endsClause;
    const isPlain = /^[\p{Ll}][\p{L}'’ ,-]*$/u.test(this.#text) && !REAL_CLAUSE.test(this.#words[0] ?? '');
    return isPlain && this.#words.length > 1 && this.#words.length < 16 && this.#isOwnClause();
  }

  /** The bare form is also a noun and an instruction: "*sigh* I know", but "*Smile* when you see them". */
  #isBareDirection({ isExpression }: DirectionWords, isCapital: boolean): boolean {
    if (this.#words.length > 2 && !this.#isOwnClause()) return false;
    if (isCapital) return this.#isOwnClause() && this.#words.length === 1 && isExpression(this.#words[0] ?? '');
    return this.#startsClause || this.#endsClause || !this.#smallAfter || this.#wordBefore !== '';
  }

  #isInRound(vocabulary: DirectionWords): boolean {
    const { isExpression, isMovement, isBare, isGerund, manners, weakManners, body, sounds } = vocabulary;
    if (this.#words.length > 12) return false;
    const [verb = '', second] = this.#verbs(vocabulary);
    if (isExpression(verb)) {
      if (isBare(verb))
        return second === undefined || second.endsWith('ly') || (verb.startsWith('pause') && second === 'for');
      return !isGerund(verb) || this.#words.length <= 5;
    }
    if (isMovement(verb) && second !== undefined && !isBare(verb)) {
      if (this.#words.some((word) => body.has(word)) || (this.#isOwnClause() && !/\d/.test(this.#text))) return true;
    }
    if (this.#isPhrase(vocabulary)) return true;
    if (this.#words.length === 1) {
      const word = this.#words[0] ?? '';
      if (manners.has(word)) return this.#isOwnClause() || word.endsWith('ly') || word.endsWith('ing');
      if (weakManners.has(word)) return this.#isOwnClause();
      return (
        /^(?:applause|laughter|rires|applaudissements|gelächter|applaus)$/.test(word) ||
        (sounds.has(word) && this.#isOwnClause())
      );
    }
    // "(deep breath)", "(nervous laugh)"
    const last = this.#words.at(-1) ?? '';
    const isNoun = this.#words.length <= 3 && (/^breath$/.test(last) || (isExpression(last) && isBare(last)));
    return (isNoun || this.#isSound(vocabulary, 4)) && this.#isOwnClause();
  }

  #isInSquare(vocabulary: DirectionWords): boolean {
    const { isExpression, isMovement, isBare } = vocabulary;
    if (this.#words.length > 12) return false;
    const [verb = '', second] = this.#verbs(vocabulary);
    if (isExpression(verb)) return !isBare(verb) || second === undefined || this.#words.length <= 4;
    if (isMovement(verb) && !isBare(verb)) return true;
    if (
      /^(?:(?:long|short|brief|longue|courte|lange|kurze|\d+(?:\.\d+)? ?(?:s|ms|sec|second|seconds|secondes|sekunden)) )+(?:pause|silence|beat|stille)$/.test(
        this.#words.join(' '),
      )
    )
      return true;
    if (this.#words.length <= 5 && this.#hasSubject(vocabulary)) return true;
    return this.#isPhrase(vocabulary) || this.#isManner(vocabulary) || this.#isSound(vocabulary, 6);
  }

  /**
   * "the robot beeps happily", "door opens": what another character does, in the third person. Between stars only
   * expressions count: "*This takes time.*" is emphasis.
   */
  #hasSubject({ isExpression, isMovement, isBare, isGerund, sounds }: DirectionWords): boolean {
    const isWide = this.#kind === 'square';
    const isThird = (word: string) =>
      (isExpression(word) || (isWide && isMovement(word)) || (sounds.has(word) && word.endsWith('s'))) &&
      !isBare(word) &&
      !isGerund(word);
    return this.#words.length <= 8 && this.#words.slice(1, 4).some(isThird);
  }

  #isOwnClause(): boolean {
    return this.#startsClause && this.#endsClause;
  }

  /** "in a whisper", "with a warm smile". */
  #isPhrase({ phraseStarts, phraseNouns, manners, weakManners }: DirectionWords): boolean {
    const [first = ''] = this.#words;
    return (
      this.#words.length > 1 &&
      this.#words.length < 9 &&
      phraseStarts.has(first) &&
      this.#words.some(
        (word) => phraseNouns.has(word) || (SPEAKING.test(first) && (manners.has(word) || weakManners.has(word))),
      )
    );
  }

  /** "softly", "very excited", "cheerful tone". */
  #isManner(vocabulary: DirectionWords): boolean {
    const { manners, weakManners, phraseNouns } = vocabulary;
    const isKnown = (word: string) => manners.has(word) || weakManners.has(word);
    const last = this.#words.at(-1) ?? '';
    if (this.#isPhrase(vocabulary)) return true;
    if (this.#words.length > 3) return false;
    return isKnown(last) || (this.#words.length > 1 && phraseNouns.has(last) && isKnown(this.#words.at(-2) ?? ''));
  }

  #isSound({ sounds }: DirectionWords, maxWords: number): boolean {
    return this.#words.length <= maxWords && this.#words.some((word) => sounds.has(word));
  }
}
