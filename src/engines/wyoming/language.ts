import { baseLanguage } from '../../text/language-tag.ts';

/**
 * Finds the language among those that a server offers: the same one, else the same without a region, else one with another
 * region. `en-GB`, `en_GB` and `EN-gb` are the same.
 * @param wanted BCP 47
 * @returns the language as the server spells it; undefined when the server does not offer it
 */
export function offeredLanguage(wanted: string, offered: readonly string[]): string | undefined {
  const whole = plain(wanted);
  const tongue = baseLanguage(wanted);
  return (
    offered.find((language) => plain(language) === whole) ??
    offered.find((language) => plain(language) === tongue) ??
    offered.find((language) => baseLanguage(language) === tongue)
  );
}

function plain(language: string): string {
  return language.trim().toLowerCase().replaceAll('_', '-');
}
