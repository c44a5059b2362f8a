import { CATALOGUE, type CatalogueModel } from '../models/catalogue.ts';
import { describeLanguages } from '../models/command/list-models.ts';

const KINDS: Readonly<Record<CatalogueModel['kind'], string>> = {
  stt: 'speech to text',
  tts: 'text to speech',
  vad: 'voice activity',
};

/** The catalogue of models as a Markdown table. */
export function modelsTable(): string {
  const rows = CATALOGUE.map(({ name, kind, family, languages, megabytes, licence, downloads }) => {
    const size = megabytes === undefined ? '?' : `${megabytes} MB`;
    const known = downloads.every(({ sha256 }) => sha256 !== undefined) ? 'known' : 'noted';
    return `| \`${name}\` | ${KINDS[kind]}, ${family} | ${describeLanguages(languages)} | ${size} | ${licence} | ${known} |`;
  });
  return [
    '| name | what it is | languages | download | licence | SHA-256 |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
