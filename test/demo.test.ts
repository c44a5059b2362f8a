import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProgram, temporaryFolder } from './support/program.ts';

// What `npm run demo` does when all is well: demo.long.test.ts.

it('npm run demo says what is wrong when the backend cannot start, and ends with 1', async () => {
  const model = join(temporaryFolder(), 'empty-model');
  mkdirSync(model);
  const program = startProgram(['--once'], { entry: 'device-sim/demo/demo.js', env: { SHERPA_MODEL_DIR: model } });
  expect(await program.ended).toBe(1);
  expect(program.err()).toContain(model);
  expect(program.err()).toMatch(/model\.int8\.onnx|tokens\.txt/);
  expect(program.err()).not.toMatch(/\n {4}at /);
  expect(program.out()).not.toContain('says');
});
