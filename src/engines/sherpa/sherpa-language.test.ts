import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { checkModel } from './model-check.ts';
import { SherpaStt } from './sherpa-stt.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/${name}-echo`, import.meta.url));

/** Says which language it was told, and `found` when it had to find out. */
describe.each([
  { name: 'whisper', found: 'fr', told: ['en', 'de', 'en', undefined, 'de', 'fr'] },
  { name: 'sense-voice', found: 'auto', told: ['ja', 'ko', 'ja', undefined, 'ko', 'ja'] },
])('$name', ({ name, found, told }) => {
  const stt = new SherpaStt({ clock: patientClock, random: Math.random, modelDir: folder(name) });
  beforeAll(() => stt.ready());
  afterAll(() => stt.close());

  async function heard(language: string | undefined): Promise<string> {
    const { signal } = new AbortController();
    const stream = stt.open({ key: 'test', signal, ...(language === undefined ? {} : { language }) });
    stream.write(new Int16Array(16_000).fill(100));
    stream.end();
    let text = '';
    for await (const result of stream.results) text = result.text;
    return text;
  }

  it('is told the language of each utterance, also of many at once', async () => {
    expect(await Promise.all(told.map(heard))).toEqual(told.map((language) => language ?? found));
  });

  it('finds out where it is told none, or one that it does not know', async () => {
    expect(await heard(undefined)).toBe(found);
    expect(await heard('xx')).toBe(found);
  });

  it('is told the language without the country', async () => {
    const [language = ''] = told;
    expect(await heard(`${language}-XY`)).toBe(language);
  });
});

it('reads which languages a model can be told from the model', async () => {
  expect((await checkModel(folder('whisper'))).languages).toEqual(['en', 'fr', 'de']);
  expect((await checkModel(folder('sense-voice'))).languages).toEqual(['zh', 'en', 'yue', 'ja', 'ko']);
});
