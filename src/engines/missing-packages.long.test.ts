import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let copy: string;

/** The compiled project as after an install with --omit=optional: no speech engine beside it. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'dialtone-bare-'));
  for (const name of ['dist', 'assets']) cpSync(join(root, name), join(copy, name), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
  cpSync(join(root, 'node_modules/zod'), join(copy, 'node_modules/zod'), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

/** Why an engine of the bare copy does not get ready. */
function reason(path: string, engine: string): unknown {
  const program = `
    import { systemClock } from './dist/core/clock.js';
    import { ${engine} as Engine } from './dist/${path}';
    const engine = new Engine({ clock: systemClock, random: Math.random });
    const error = await engine.ready().then(() => ({}), (error) => error);
    console.log(JSON.stringify({ code: error.code, retryable: error.retryable, message: error.message }));
    await engine.close();`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: copy });
  return JSON.parse(output.toString());
}

test('without sherpa-onnx the recogniser says what to do', () => {
  expect(reason('engines/sherpa/sherpa-stt.js', 'SherpaStt')).toMatchObject({
    code: 'engine_unavailable',
    retryable: false,
    message: expect.stringMatching(/--include=optional.*STT=groq/s),
  });
});

test('without espeak the synthesiser says what to do', () => {
  expect(reason('engines/espeak/espeak-tts.js', 'EspeakTts')).toMatchObject({
    code: 'engine_unavailable',
    retryable: false,
    message: expect.stringMatching(/npm install --include=optional.*TTS=groq/s),
  });
});
