import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/program.ts';
import { installedModel, requireModel, similarNames } from './find-model.ts';

const SENSE_VOICE = 'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17';

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('an installed model', () => {
  it('is a folder of its name, also when the user has put it there', () => {
    const dir = temporaryFolder();
    expect(installedModel('silero_vad', dir)).toBeUndefined();
    mkdirSync(join(dir, 'silero_vad'));
    mkdirSync(join(dir, 'my-own.model'));
    writeFileSync(join(dir, 'file'), '');
    expect(installedModel('silero_vad', dir)).toBe(join(dir, 'silero_vad'));
    expect(requireModel('my-own.model', dir)).toBe(join(dir, 'my-own.model'));
    expect(installedModel('file', dir)).toBeUndefined();
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', '/etc', '.downloads', 'a\0b'])('is not "%s"', (name) => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, '.downloads'));
    expect(installedModel(name, join(dir))).toBeUndefined();
  });
});

describe('a model that is needed and not there', () => {
  it('says the command that installs it', () => {
    expect(thrownBy(() => requireModel('silero_vad', '/models'))).toMatchObject({
      code: 'model_not_installed',
      message: 'the model silero_vad is not in /models. Install it: npm run models -- install silero_vad',
    });
  });

  it('suggests names like one that is unknown', () => {
    expect(thrownBy(() => requireModel('silero-vad', '/models'))).toMatchObject({
      code: 'model_unknown',
      message: expect.stringContaining('Did you mean silero_vad'),
    });
  });

  it.each([
    ['Silero_VAD', 'silero_vad'],
    ['thorsten', 'vits-piper-de_DE-thorsten-medium'],
    ['kokoro-multi-lang', 'kokoro-multi-lang-v1_0'],
    ['sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-71', SENSE_VOICE],
  ])('suggests for "%s"', (asked, name) => expect(similarNames(asked)[0]).toBe(name));

  it('suggests nothing for what is like nothing', () => {
    expect(similarNames('gpt')).toEqual([]);
    expect(thrownBy(() => requireModel('gpt', '/models'))).toMatchObject({
      message: 'there is no model "gpt". All names: npm run models -- list',
    });
  });
});
