import { describe, expect, it } from 'vitest';
import { CATALOGUE, modelNamed } from './catalogue.ts';
import { installedModel } from './find-model.ts';

describe('the catalogue', () => {
  it('has every name once, and no name that could not be a folder', () => {
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/);
      expect(installedModel(name, '/nowhere')).toBeUndefined();
    }
  });

  it('has languages as BCP 47 writes them, and checksums as sha256sum prints them', () => {
    for (const { name, languages, downloads } of CATALOGUE) {
      expect(Intl.getCanonicalLocales([...languages]), name).toEqual(languages);
      expect(downloads.length, name).toBeGreaterThan(0);
      for (const { sha256 = '0'.repeat(64) } of downloads) expect(sha256, name).toMatch(/^[0-9a-f]{64}$/);
    }
    const sums = CATALOGUE.flatMap(({ downloads }) => downloads.flatMap(({ sha256 }) => sha256 ?? []));
    expect(new Set(sums).size).toBe(sums.length);
  });

  it('has a model for every way in which the recogniser, the voice and the VAD can load one', () => {
    expect(new Set(CATALOGUE.map(({ kind, family }) => `${kind} ${family}`))).toEqual(
      new Set([
        ...['streaming-transducer', 'streaming-ctc', 'streaming-paraformer'].map((family) => `stt ${family}`),
        ...['offline-transducer', 'sense-voice', 'whisper', 'moonshine'].map((family) => `stt ${family}`),
        ...['vits', 'kokoro', 'matcha', 'kitten'].map((family) => `tts ${family}`),
        'vad silero',
      ]),
    );
  });

  it('is asked by name', () => {
    expect(modelNamed('silero_vad')).toMatchObject({ kind: 'vad', downloads: [{ file: 'silero_vad.onnx' }] });
    expect(modelNamed('no such model')).toBeUndefined();
    expect(modelNamed('constructor')).toBeUndefined();
  });
});
