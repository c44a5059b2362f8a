import createFvadModule from '@echogarden/fvad-wasm';
import { HEARING_RATE } from '../../audio/rates.ts';
import { VAD_FRAME_SAMPLES, type Vad, type Voicing } from '../vad.ts';
import { VoicingDetector } from './voicing.ts';

/** How sure it must be of speech: 0 takes most sounds for it, 3 fewest. */
type FvadMode = 0 | 1 | 2 | 3;

/**
 * Tried on the demo samples, silence, white and brown noise and mains hum: 0 and 1 take 2 to 8 times as much brown noise
 * for speech and end 60 to 100 ms later; 3 tears words apart and notices some up to 200 ms late.
 */
const DEFAULT_FVAD_MODE: FvadMode = 2;

/**
 * libfvad starts from a fixed idea of the background and takes the first 4 to 5 frames of any noise for speech, which
 * would open an utterance on every fresh line. That many frames are listened to without believing the answer.
 */
const WARM_UP_FRAMES = 5;

/** Makes voice activity detectors, any number of them: one for each microphone. */
export type CreateFvad = (mode?: FvadMode) => Vad;

let loaded: Promise<CreateFvad> | undefined;

/** Loads WebRTC's voice activity detector (libfvad, 20 KB of WebAssembly) once; all detectors share one heap. */
export function loadFvad(): Promise<CreateFvad> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<CreateFvad> {
  const fvad = await createFvadModule();
  // Calls are synchronous, so one buffer in the heap serves every detector.
  const buffer = fvad._malloc(VAD_FRAME_SAMPLES * 2);
  const bufferIndex = buffer / 2;

  return (mode = DEFAULT_FVAD_MODE) => {
    const handle = fvad._fvad_new();
    if (handle === 0) throw new RangeError('no memory left for another voice activity detector');
    const detector = new VoicingDetector();
    let voicing: Voicing = 'none';
    let warmUp = 0;
    let freed = false;
    const start = (): void => {
      fvad._fvad_reset(handle);
      fvad._fvad_set_mode(handle, mode);
      fvad._fvad_set_sample_rate(handle, HEARING_RATE);
      warmUp = WARM_UP_FRAMES;
      detector.reset();
      voicing = 'none';
    };
    start();
    return {
      isSpeech(frame) {
        if (freed || frame.length !== VAD_FRAME_SAMPLES) {
          throw new RangeError(freed ? 'the detector was freed' : `a frame has ${VAD_FRAME_SAMPLES} samples`);
        }
        fvad.HEAP16.set(frame, bufferIndex);
        const speech = fvad._fvad_process(handle, buffer, VAD_FRAME_SAMPLES) === 1 && warmUp === 0;
        if (warmUp > 0) warmUp--;
        voicing = detector.look(frame, speech);
        return speech;
      },
      get voicing() {
        return voicing;
      },
      reset() {
        if (!freed) start();
      },
      free() {
        if (!freed) fvad._fvad_free(handle);
        freed = true;
      },
    };
  };
}
