import type { MathWords } from './math-words.ts';

/** Singular and plural of something that is counted. */
export type Counted = readonly [one: string, many: string];

/** A currency: its name, and the name of its hundredth part where prices use it. */
export interface Money {
  readonly name: Counted;
  readonly cent?: Counted;
}

/** The scales that are written behind an amount, as in $5M. */
export type Scale = 'thousand' | 'million' | 'billion' | 'trillion';

/** A day of the calendar. `month` counts from 1; a date may lack its day or its year. */
export interface SpokenDate {
  readonly day?: number | undefined;
  readonly month: number;
  readonly year?: number | undefined;
}

/** A time of day, 24 hours, or with the half of the day that is written behind it. */
export interface SpokenTime {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds?: number | undefined;
  /** "am" or "pm" as it was written, else empty. */
  readonly half: string;
}

/**
 * The words that tell what the digits behind them are. Each is the source of a regular expression (alternatives are
 * joined with `|`, groups do not capture). Upper and lower case are the same.
 */
interface ContextWords {
  /** A telephone number follows: "call", "fax". */
  readonly phone: string;
  /** A code follows, whatever it looks like: "PIN", "password". */
  readonly code: string;
  /** A code follows if it looks like one or if a word of `numberWords` stands between: "order", "account". */
  readonly maybeCode: string;
  /** "number", "no." */
  readonly numberWords: string;
  /** What may stand between the word and the code: "is", "for the". */
  readonly links: string;
  /** Words behind a number that do not make it a quantity: "and", "or", "for". */
  readonly notCounted: string;
  /** A street: the number beside it is a house number. */
  readonly street: string;
  /** The numbers are a score, no range: "won", "score". */
  readonly score: string;
  /** The numbers are hours: "open", "works". */
  readonly hours: string;
  /** A fraction beside it is a rating: "rating", "stars". */
  readonly rating: string;
  /** A day and month may follow, as in "on 11/28". */
  readonly date: string;
  /** A Roman numeral follows, even a single letter: "chapter". */
  readonly part: string;
  /** A number behind it is a version: the point in it stays. */
  readonly version: string;
}

/**
 * How signs, numbers and abbreviations are said in a language. To add a language, write one file beside this one that
 * exports such an object, and list it in `lexicon-for.ts`. Numbers stay digits in all of it: every voice reads digits.
 */
export interface SpokenLexicon {
  /** Said in place of a web address. */
  readonly link: string;
  readonly and: string;
  /** "@" between words, as in "5 @ $3". */
  readonly at: string;
  /** The signs of e-mail and network addresses, and of handles such as @name. */
  readonly addressSigns: Readonly<Record<'@' | '.' | '-' | '_' | '+' | ':' | '/', string>>;
  readonly hashtag: string;
  /** "#5". */
  readonly number: string;
  /** "§ 5". */
  readonly section: string;
  readonly percent: string;
  readonly permille: string;
  /** "km/h", "$5/kg". */
  readonly per: string;
  /** Between the ends of a range. */
  readonly to: string;
  readonly about: string;
  readonly times: string;
  /** Between the sides of a rectangle, as in 3x4. */
  readonly by: string;
  readonly plus: string;
  readonly minus: string;
  readonly plusOrMinus: string;
  readonly dividedBy: string;
  /** "7/10" as a rating. */
  readonly outOf: string;
  readonly math: MathWords;

  /** Whether something is said in the singular with this number, given as it is written. */
  readonly isOne: (value: string) => boolean;
  /** The mark before decimals. */
  readonly decimalMark: '.' | ',';
  /** Whether every noun begins with a capital, so that a capital behind a number is no name of a town. */
  readonly capitalNouns?: boolean;
  /** The mark that parts thousands in texts of this language where a single one does not tell: 1.234 in German. */
  readonly writtenThousandsMark: '' | '.' | ',';
  /** The mark between thousands that voices of this language read; empty: digits are joined. */
  readonly thousandsMark: '' | ',';
  /** Whether a single space between digits parts thousands, as in 12 000, even in small numbers. */
  readonly spacedThousands: boolean;

  /** By code (`USD`), and `$` and `kr` for those signs alone. */
  readonly currencies: Readonly<Record<string, Money>>;
  readonly scales: Readonly<Record<Scale, Counted>>;
  /** Words and signs behind an amount of money that name a scale, by how they are written. */
  readonly scaleSigns: Readonly<Record<string, Scale>>;
  /** Signs behind an amount of hundredths: the currency they belong to. */
  readonly centSigns: Readonly<Record<string, string>>;
  /** A scaled amount with what is counted: "million dollars", "millions de dollars". */
  readonly scaled: (scale: string, of: string) => string;

  readonly units: Readonly<Record<string, Counted>>;
  /** Matches the end of what stands before a number whose unit is in the singular before a noun: "a 5 km run". */
  readonly singularBehind?: RegExp;
  readonly degrees: Counted;
  readonly celsius: string;
  readonly fahrenheit: string;
  readonly compass: Readonly<Record<'N' | 'S' | 'E' | 'W' | 'O', string>>;

  /** By the single character (½): alone, and behind a number. */
  readonly fractions: Readonly<Record<string, Counted>>;
  /** Numbers such as 1st, by what is written. */
  readonly ordinals: ReadonlyMap<string, string>;
  /** The number of a ruler, as in Louis XIV. */
  readonly regnal: (value: number) => string;

  /** Whether an ambiguous date, such as 3/4/2026, begins with the month. @param language BCP 47 */
  readonly isMonthFirst: (language: string) => boolean;
  /** Whether "28.11." is a date. */
  readonly dottedDates: boolean;
  /**
   * @param before the text before the date, for languages whose dates are inflected
   * @param language BCP 47
   */
  readonly sayDate: (date: SpokenDate, before: string, language: string) => string;
  /** Undefined when voices read the time right as it is written. */
  readonly sayTime: (time: SpokenTime) => string | undefined;

  readonly context: ContextWords;
  /** Abbreviations that are said in full, in this order. `$1` and the like are the pattern's. */
  readonly abbreviations: readonly (readonly [RegExp, string])[];
}
