/**
 * Says on the terminal which tests are left out where what they need is missing.
 * @returns whether it is there
 */
export function needs(isThere: boolean, what: string, tests: string): boolean {
  if (!isThere) console.warn(`SKIPPED: ${tests}: ${what} is missing or not allowed here`);
  return isThere;
}
