/**
 * Finds the language among those that a server offers: the same one, else the same without a region, else one with another
 * region. `en-GB`, `en_GB` and `EN-gb` are the same.
 * @param wanted BCP 47
 * @returns the language as the server spells it; undefined when the server does not offer it
 */
export function offeredLanguage(wanted: string, offered: readonly string[]): string | undefined {
  const whole = plain(wanted);
  const tongue = tongueOf(wanted);
  return (
    offered.find((language) => plain(language) === whole) ??
    offered.find((language) => plain(language) === tongue) ??
    offered.find((language) => tongueOf(language) === tongue)
  );
}

/** The language without region and script, as in `en` for `en-GB`. */
export function tongueOf(language: string): string {
  return plain(language).split('-')[0] ?? '';
}

function plain(language: string): string {
  return language.trim().toLowerCase().replaceAll('_', '-');
}
