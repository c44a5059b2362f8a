import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { VOICE_NAMES } from '../../config/voices/voice-names.ts';

test('the built-in voices are those of the original, each with the engines that have it', async () => {
  const { get, ready } = await startApi();
  // They are known before the devices are.
  ready({ initialised: false });
  const { status, body } = await get('/v1/voices');
  expect(status).toBe(200);
  expect(body.map(({ name }: { name: string }) => name)).toEqual(VOICE_NAMES);
  expect(body.map(({ language }: { language: string }) => language)).toEqual(['en', 'en', 'en', 'fr', 'fr', 'fr']);
  for (const { name, engines } of body) expect(engines, name).toEqual(['kyutai', 'groq', 'openai', 'espeak']);
  expect(body[0]).toEqual({
    name: 'Watercooler',
    language: 'en',
    comment: expect.any(String),
    engines: ['kyutai', 'groq', 'openai', 'espeak'],
    instructions: { type: 'smalltalk' },
  });
});

test('VOICES_FILE replaces them, for requests to speak too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-voices-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'voices.json');
  const sherpa = { model: 'kokoro', speaker: 3 };
  writeFileSync(file, JSON.stringify({ voices: [{ name: 'Rene\u0301', language: 'fr', sherpa }] }));
  const { get, send, fleet } = await startApi({ env: { VOICES_FILE: file } });
  expect((await get('/v1/voices')).body).toEqual([
    { name: 'Ren\u00e9', language: 'fr', comment: null, engines: ['sherpa'] },
  ]);
  const say = (voice: string) => send('/v1/devices/kitchen/say', { text: 'bonjour', voice });
  expect((await say('Rene\u0301')).status).toBe(200);
  expect(fleet.told[0]?.request).toMatchObject({ voice: 'Ren\u00e9' });
  expect(await say('Charles')).toMatchObject({ status: 400, body: { detail: 'voice: expected one of "Ren\u00e9"' } });
});

test('a token that may only read may read them; without a token they are closed', async () => {
  const { get, request } = await startApi({ env: { API_TOKEN: 'w'.repeat(32), API_READ_TOKEN: 'r'.repeat(32) } });
  expect((await request('/v1/voices')).status).toBe(401);
  expect((await get('/v1/voices', { headers: { authorization: `Bearer ${'r'.repeat(32)}` } })).body).toHaveLength(6);
});
