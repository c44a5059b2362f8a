/** The words of stage directions in a language, lower case. */
export interface DirectionWords {
  /** Whether a word names what a face, a voice or a body does: "smiles", "laughing", "sigh". */
  readonly isExpression: (word: string) => boolean;
  /** Whether it names any other movement of an actor on a stage: "leans", "walks". */
  readonly isMovement: (word: string) => boolean;
  /** Whether it is an -ing form, which may be the subject of a real sentence. */
  readonly isGerund: (word: string) => boolean;
  /** Whether it is the bare form, which may be a noun or an instruction of a real sentence. */
  readonly isBare: (word: string) => boolean;
  /** How something is said, alone: "softly", "cheerful". */
  readonly manners: ReadonlySet<string>;
  /** Manners that are ordinary words as well: only a bracket that stands alone with one is left out. */
  readonly weakManners: ReadonlySet<string>;
  /** Sounds: "applause", "music". */
  readonly sounds: ReadonlySet<string>;
  /** Words with which a phrase such as "in a whisper" begins, and one of the words that it must hold. */
  readonly phraseStarts: ReadonlySet<string>;
  readonly phraseNouns: ReadonlySet<string>;
  /** Parts of the body, with which any movement is a stage direction: "rolls eyes". */
  readonly body: ReadonlySet<string>;
  /** Who does it: "he smiles". */
  readonly subjects: ReadonlySet<string>;
  /** Words behind which an emphasised word belongs to the sentence: "a *smile*", "to *laugh*". */
  readonly joiners: ReadonlySet<string>;
  /** Words behind which it does not: "sure *smiles* here". */
  readonly interjections: ReadonlySet<string>;
}

/** A set of the words of a text. */
export function wordSet(...texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.join(' ').split(/\s+/).filter(Boolean));
}

/** What a language needs whose words are all listed as they are written. */
export interface ListedDirections {
  readonly expressions: string;
  readonly movements?: string;
  /** Nouns and infinitives among the expressions. */
  readonly bare?: string;
  readonly manners?: string;
  readonly weakManners?: string;
  readonly sounds?: string;
  readonly phraseStarts?: string;
  readonly phraseNouns?: string;
  readonly body?: string;
  readonly subjects?: string;
  readonly joiners?: string;
  readonly interjections?: string;
}

/** The words of a language from plain lists. */
export function listed(lists: ListedDirections): DirectionWords {
  const expressions = wordSet(lists.expressions, lists.bare ?? '');
  const movements = wordSet(lists.movements ?? '');
  const bare = wordSet(lists.bare ?? '');
  return {
    isExpression: (word) => expressions.has(word),
    isMovement: (word) => movements.has(word),
    isGerund: () => false,
    isBare: (word) => bare.has(word),
    manners: wordSet(lists.manners ?? ''),
    weakManners: wordSet(lists.weakManners ?? ''),
    sounds: wordSet(lists.sounds ?? ''),
    phraseStarts: wordSet(lists.phraseStarts ?? ''),
    phraseNouns: wordSet(lists.phraseNouns ?? ''),
    body: wordSet(lists.body ?? ''),
    subjects: wordSet(lists.subjects ?? ''),
    joiners: wordSet(lists.joiners ?? ''),
    interjections: wordSet(lists.interjections ?? ''),
  };
}
