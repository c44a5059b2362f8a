import type { Settings } from '../settings.ts';

/** The model that is meant when none is named. */
const DEFAULT_MODEL = 'silero_vad';

/** Name or folder of silero's model; undefined: the VAD of WebRTC decides alone. */
export function sileroModel({ VAD, VAD_MODEL }: Settings): string | undefined {
  const vad = VAD ?? (VAD_MODEL === undefined ? 'webrtc' : 'silero');
  return vad === 'silero' ? (VAD_MODEL ?? DEFAULT_MODEL) : undefined;
}

/** What is said of silero at the start. */
export function sileroReasons(settings: Settings): readonly string[] {
  const model = sileroModel(settings);
  if (model === undefined) return [];
  return [
    `voice activity: webrtc, then silero (${model}), because ${settings.VAD ? 'VAD=silero' : 'VAD_MODEL is set'}`,
  ];
}
