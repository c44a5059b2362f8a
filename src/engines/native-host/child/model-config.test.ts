import { expect, test } from 'vitest';
import type { ModelSpec } from '../host-config.ts';
import { offlineConfig, streamingConfig, ttsConfig } from './model-config.ts';

const spec: ModelSpec = { use: 'tts', kind: 'x', group: {}, tokens: 't', numThreads: 2, maxWaiting: 1 };
const common = { numThreads: 2, provider: 'cpu', debug: 0 };

test('a recogniser has its tokens beside the group of its kind', () => {
  const group = { encoder: 'e', decoder: 'd', joiner: 'j' };
  const transducer: ModelSpec = { ...spec, kind: 'transducer', group, modelType: 'nemo_transducer' };
  const expected = { ...common, tokens: 't', transducer: group, modelType: 'nemo_transducer' };
  expect(offlineConfig(transducer).modelConfig).toEqual(expected);
  expect(streamingConfig(transducer).modelConfig).toEqual(expected);
});

test('a voice has them in the group, and its rules at the top', () => {
  const vits: ModelSpec = { ...spec, kind: 'vits', group: { model: 'm', dataDir: 'd' }, ruleFsts: 'a,b' };
  expect(ttsConfig(vits)).toEqual({
    model: { ...common, vits: { model: 'm', dataDir: 'd', tokens: 't' } },
    maxNumSentences: 1,
    ruleFsts: 'a,b',
  });
});
