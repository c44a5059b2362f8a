/** The oldest Node that dialtone runs on, as `engines` of package.json says. */
const OLDEST = [20, 19] as const;

/**
 * What to tell a user whose Node is too old: it would fail later, at something that it does not know.
 * @param version as in `process.version`
 * @returns undefined when it is new enough
 */
export function tooOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `dialtone needs Node ${OLDEST.join('.')} or newer, and this is ${version}: install one from https://nodejs.org`;
}
