import { z } from 'zod';
import { wholeNumber } from './number-setting.ts';

/** Environment variables about models that run on this machine, in the native hosts. */
export const localModelFields = {
  STT_MODEL: z
    .string()
    .optional()
    .meta({
      description:
        'Model of `STT=sherpa`: the name of one that `npm run models -- install NAME` has installed, or a folder. Set alone, it selects ' +
        '`sherpa`.',
    }),
  TTS_MODEL: z.string().optional().meta({
    description: 'Voice model of `TTS=sherpa`, as `STT_MODEL`. Set alone, it selects `sherpa`.',
  }),
  VAD: z
    .enum(['webrtc', 'silero'])
    .optional()
    .meta({
      description:
        'Voice activity: `webrtc`, or `silero`, which is asked too whether what seems to be speech is speech: for rooms with music, ' +
        'keyboards or animals. It needs a model (`npm run models -- install silero_vad`). Default: `silero` when `VAD_MODEL` is set, else `webrtc`.',
    }),
  VAD_MODEL: z.string().optional().meta({
    description: 'Model of `VAD=silero`, as `STT_MODEL`. Default: `silero_vad`.',
  }),
  SHERPA_MODEL_DIR: z
    .string()
    .optional()
    .meta({
      description:
        'Folder of a model of sherpa-onnx that recognises: a streaming zipformer, NeMo or paraformer model, SenseVoice, Whisper, ' +
        'Moonshine or Parakeet; its files say which. Default: the demo model, which knows 210 words of synthetic voices and not yours.',
    }),
  SHERPA_TTS_MODEL_DIR: z.string().optional().meta({
    description: 'Folder of the voice of `TTS=sherpa`: a Piper or another VITS model, Kokoro, Matcha or Kitten.',
  }),
  NATIVE_HOSTS: wholeNumber(1, 16)
    .optional()
    .meta({
      description:
        'So many speech hosts share what `sherpa` has to do; a model is in each of them as often as an eighth of the memory allows. With two or more, ' +
        'voices do not wait behind recognition. Default: 1 on up to 3 cores, 2 from 4 on, 3 from 8 on, 4 from 12 on.',
    }),
  SHERPA_MAX_MB: wholeNumber(100, 1_000_000)
    .optional()
    .meta({
      description:
        'The most memory that a speech host may take, in megabytes: beyond, it is started again between two jobs. Models ' +
        'that need more by themselves raise it. Default: no limit.',
    }),
  MODELS_DIR: z
    .string()
    .optional()
    .meta({
      description:
        'Folder of the models that `npm run models` installs; see docs/MODELS.md. Default: `dialtone/models` in the folder for ' +
        "the user's data (`~/.local/share` on Linux, `~/Library/Application Support` on macOS, `%LOCALAPPDATA%` on Windows); in " +
        'the image `/models`.',
    }),
  MODELS_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'give an address that begins with http:// or https://', abort: true })
    .refine((url) => {
      const { username, password, search, hash } = new URL(url);
      return `${username}${password}${search}${hash}` === '';
    }, 'give an address without a name, a password, "?" and "#"')
    .default('https://github.com/k2-fsa/sherpa-onnx/releases/download')
    .meta({
      description: 'Where models are fetched from: the releases of sherpa-onnx, or a mirror with the same folders.',
    }),
} as const;
