/** The language of a BCP 47 tag without script and region, lower case: `en` of `en-GB`. */
export function baseLanguage(language: string): string {
  return (/^[a-z]+/i.exec(language)?.[0] ?? '').toLowerCase();
}
