import type sherpaOnnx from 'sherpa-onnx-node';
import type { ModelInfo, ModelSpec } from '../host-config.ts';
import type { HostOutput } from './host-output.ts';
import { streamingConfig, ttsConfig } from './model-config.ts';
import { SpeechDetector } from './sherpa-detector.ts';
import { OfflineRecogniser } from './sherpa-offline.ts';
import { BatchRecogniser } from './sherpa-streaming.ts';
import { Voice } from './sherpa-voice.ts';
import { loadOffline } from './told-language.ts';

/** A model at work in the host. */
export type HostedModel = BatchRecogniser | OfflineRecogniser | Voice | SpeechDetector;

const NO_VOICE: ModelInfo = { sampleRate: 0, speakers: 0 };
const LONGEST_SECONDS = 30;

/**
 * Loads a model and tries it. Rejects when sherpa-onnx says no; a model of which it thinks too ill ends the process. One
 * that streams, and a detector, block the event loop meanwhile.
 */
export async function loadModel(
  sherpa: typeof sherpaOnnx,
  spec: ModelSpec,
  output: HostOutput,
): Promise<{ readonly model: HostedModel; readonly info: ModelInfo }> {
  if (spec.use === 'streaming') {
    const model = new BatchRecogniser(new sherpa.OnlineRecognizer(streamingConfig(spec)), output);
    model.warmUp();
    return { model, info: NO_VOICE };
  }
  if (spec.use === 'offline') {
    const recogniser = await loadOffline(spec, (config) => sherpa.OfflineRecognizer.createAsync(config));
    const { maxWaiting, maxSeconds = LONGEST_SECONDS } = spec;
    const model = new OfflineRecogniser(recogniser, output, { maxWaiting, maxSeconds });
    await model.warmUp();
    return { model, info: NO_VOICE };
  }
  if (spec.use === 'detector') {
    const model = new SpeechDetector(sherpa, spec, output);
    model.warmUp();
    return { model, info: NO_VOICE };
  }
  const model = new Voice(await sherpa.OfflineTts.createAsync(ttsConfig(spec)), output, spec);
  await model.warmUp();
  return { model, info: model.info };
}
