import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFolder } from './model-folder.ts';

const NAME = 'vits-piper-en_US-amy-low';

describe('the folder of a model', () => {
  it('is that of the installed one, or the folder that is named', () => {
    const models = mkdtempSync(join(tmpdir(), 'models-'));
    mkdirSync(join(models, NAME));
    expect(modelFolder(NAME, models)).toBe(join(models, NAME));
    expect(modelFolder(models, join(models, 'empty'))).toBe(models);
    expect(modelFolder('./my-model', models)).toBe('./my-model');
  });

  it('is missing with the command that installs the model, or with similar names', () => {
    const models = mkdtempSync(join(tmpdir(), 'models-'));
    const failure = (message: RegExp) =>
      expect.objectContaining({
        code: 'engine_misconfigured',
        engine: 'sherpa',
        message: expect.stringMatching(message),
      });
    expect(() => modelFolder(NAME, models)).toThrow(failure(new RegExp(`npm run models -- install ${NAME}`)));
    expect(() => modelFolder('vits-piper-en_US-amy-lo', models)).toThrow(failure(new RegExp(`Did you mean ${NAME}`)));
  });
});
