import type { OfflineRecognizerConfig, OfflineTtsConfig, OnlineRecognizerConfig, VadConfig } from 'sherpa-onnx-node';
import { HEARING_RATE } from '../../../audio/rates.ts';
import type { ModelSpec } from '../host-config.ts';

const FEATURES = { sampleRate: HEARING_RATE, featureDim: 80 } as const;

/** How sherpa-onnx is told to load a model that streams. */
export function streamingConfig(spec: ModelSpec): OnlineRecognizerConfig {
  return {
    featConfig: FEATURES,
    modelConfig: recogniserModel(spec),
    decodingMethod: 'greedy_search',
    enableEndpoint: 1,
    rule1MinTrailingSilence: 2.4,
    rule2MinTrailingSilence: 0.8,
    rule3MinUtteranceLength: 30,
  };
}

/** How sherpa-onnx is told to load a model for whole utterances. */
export function offlineConfig(spec: ModelSpec): OfflineRecognizerConfig {
  return { featConfig: FEATURES, modelConfig: recogniserModel(spec), decodingMethod: 'greedy_search' };
}

/** How sherpa-onnx is told to load a voice: one sentence at a time is generated and handed on. */
export function ttsConfig(spec: ModelSpec): OfflineTtsConfig {
  const { kind, group, tokens, numThreads, ruleFsts, ruleFars } = spec;
  return {
    model: { [kind]: { ...group, tokens }, numThreads, provider: 'cpu', debug: 0 },
    maxNumSentences: 1,
    ...(ruleFsts === undefined ? {} : { ruleFsts }),
    ...(ruleFars === undefined ? {} : { ruleFars }),
  };
}

/** Two windows of 32 ms behind the first that seems to be speech; a shorter word is none. Seconds. */
const LEAST_SPEECH = 0.06;
/** How long speech lasts on behind its last sound: as long as the first stage looks back. Seconds. */
const SPEECH_HOLDS = 0.5;

/** How sherpa-onnx is told to load silero. */
export function detectorConfig({ group, numThreads }: ModelSpec): VadConfig {
  return {
    sileroVad: {
      model: String(group.model),
      threshold: 0.5,
      minSilenceDuration: SPEECH_HOLDS,
      minSpeechDuration: LEAST_SPEECH,
      windowSize: 512,
      maxSpeechDuration: 20,
    },
    sampleRate: HEARING_RATE,
    numThreads,
    provider: 'cpu',
    debug: 0,
  };
}

function recogniserModel({
  kind,
  group,
  tokens,
  numThreads,
  modelType,
}: ModelSpec): OnlineRecognizerConfig['modelConfig'] {
  const type = modelType === undefined ? {} : { modelType };
  return { [kind]: group, tokens, numThreads, provider: 'cpu', debug: 0, ...type };
}
