import type OpenAI from 'openai';
import { asWireError, type PackageErrors, refusing, type Wire, type WireOptions } from './wire.ts';

interface Loaded {
  readonly sdk: OpenAI;
  readonly errors: PackageErrors;
}

/** The API of OpenAI by way of its own package, which is loaded by the first request. */
export function openAiWire(options: WireOptions): Wire {
  let loading: Promise<Loaded> | undefined;
  const loaded = () => {
    loading ??= load(options);
    return loading;
  };
  const send = async <T>(request: (sdk: OpenAI) => PromiseLike<T>): Promise<T> => {
    const { sdk, errors } = await loaded();
    return asWireError(errors, () => request(sdk));
  };
  return {
    chat: (request, signal) => send((sdk) => sdk.chat.completions.create(request, { signal }).asResponse()),
    transcription: (request, signal) => send((sdk) => sdk.audio.transcriptions.create(request, { signal })),
    speech: (request, signal) => send((sdk) => sdk.audio.speech.create(request, { signal })),
    models: (signal) => send((sdk) => sdk.get('/models', { signal })),
    // The first request tells of a failure.
    prepare: () => void loaded().catch(() => undefined),
  };
}

async function load({ origin, fetch, apiKey, timeoutMs }: WireOptions): Promise<Loaded> {
  const { OpenAI, APIConnectionError, APIConnectionTimeoutError } = await import('openai');
  const sdk = new OpenAI({
    apiKey: apiKey ?? 'none',
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    // Not those of the environment: OPENAI_ORG_ID and the like are no settings of ours.
    organization: null,
    project: null,
    webhookSecret: null,
    // As groq-sdk asks: the address of the server replaces it.
    baseURL: `${origin}/openai/v1`,
    fetch: refusing(fetch),
    maxRetries: 0,
    timeout: timeoutMs,
    // Its log would print bodies past our own log and its redaction.
    logLevel: 'off',
  });
  return { sdk, errors: { APIConnectionError, APIConnectionTimeoutError } };
}
