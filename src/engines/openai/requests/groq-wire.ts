import Groq, { APIConnectionError, APIConnectionTimeoutError } from 'groq-sdk';
import { asWireError, refusing, type Wire, type WireOptions } from './wire.ts';

const ERRORS = { APIConnectionError, APIConnectionTimeoutError };

/** The API of OpenAI by way of groq-sdk, which adds the path `/openai/v1`. */
export function groqWire({ origin, fetch, apiKey, timeoutMs }: WireOptions): Wire {
  const sdk = new Groq({
    apiKey: apiKey ?? '',
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    baseURL: origin,
    fetch: refusing(fetch),
    maxRetries: 0,
    timeout: timeoutMs,
    // Its log would print bodies past our own log and its redaction.
    logLevel: 'off',
  });
  return {
    chat: (request, signal) => asWireError(ERRORS, () => sdk.chat.completions.create(request, { signal }).asResponse()),
    transcription: (request, signal) => asWireError(ERRORS, () => sdk.audio.transcriptions.create(request, { signal })),
    speech: (request, signal) => asWireError(ERRORS, () => sdk.audio.speech.create(request, { signal })),
    models: (signal) => asWireError(ERRORS, () => sdk.models.list({ signal })),
  };
}
