/** Every kind of quotation mark that an editor or a chat program makes of one, as a character class. */
const MARKS = '["\'`´“”„‟‘’‚‛«»‹›「」『』＂＇″′]';

const ENCLOSED = new RegExp(`^\\s*${MARKS}.*${MARKS}\\s*$`, 's');

/** The quotation marks end before the value does: a comment stands behind them. */
const WITH_COMMENT = /^\s*(["'`]).*\1\s+#/s;

const AT_ONE_END = new RegExp(`^\\s*${MARKS}|${MARKS}\\s*$`);

/** A typographic one at either end: no key and no token holds it. */
const TYPOGRAPHIC_AT_ONE_END = new RegExp(`^\\s*(?![\\x00-\\x7f])${MARKS}|(?![\\x00-\\x7f])${MARKS}\\s*$`);

/** What to do about it; stands behind the name of the variable or of the file. */
export const REMOVE_QUOTES =
  "the value is in quotation marks, which docker's --env-file keeps as part of it: remove them";

/**
 * Whether the value of an environment variable has kept the quotation marks that a shell would have removed.
 * @param isSecret a generated key or password may begin or end with a plain quotation mark, but hardly both
 */
export function isQuoted(value: string, isSecret: boolean): boolean {
  const atOneEnd = isSecret ? TYPOGRAPHIC_AT_ONE_END : AT_ONE_END;
  return ENCLOSED.test(value) || WITH_COMMENT.test(value) || atOneEnd.test(value);
}
