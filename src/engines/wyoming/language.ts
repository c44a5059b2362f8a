/**
 * Which of the languages that a server offers is meant: the same one, else the same without a region, else one of another
 * region. `en-GB`, `en_GB` and `EN-gb` are the same.
 * @param wanted BCP 47
 * @returns as the server spells it; undefined when it has none
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
