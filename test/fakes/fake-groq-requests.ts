import { z } from 'zod';
import type { FakeGroqRequest } from './fake-groq.ts';
import { badChat } from './fake-groq-chat.ts';
import { readWav16k } from './fake-groq-wav.ts';

/** Body of a speech request. */
export const speechSchema = z.object({
  model: z.string(),
  input: z.string(),
  voice: z.string(),
  response_format: z.string().optional(),
});

const ORPHEUS_VOICES = ['autumn', 'diana', 'hannah', 'austin', 'daniel', 'troy'];
const ORPHEUS_MAX_CHARACTERS = 200;

/** Reads the multipart form of a transcription. Throws when its file is not a sound 16 kHz WAV. */
export async function readTranscription(
  body: Buffer,
  contentType: string,
): Promise<NonNullable<FakeGroqRequest['transcription']>> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('the form has no file');
  if (!/\.wav$/.test(file.name)) throw new Error(`Groq knows a format by its file name; this one is ${file.name}`);
  const samples = readWav16k(new Uint8Array(await file.arrayBuffer()));
  return {
    model: String(form.get('model')),
    language: form.get('language') === null ? null : String(form.get('language')),
    durationMs: samples.length / 16,
    samples,
  };
}

/** Why Groq would refuse the request with 400, or undefined. @param voices that it knows; null: any, and any length of text */
export function badRequest(
  { chat, speech, transcription }: FakeGroqRequest,
  voices: readonly string[] | null = ORPHEUS_VOICES,
): string | undefined {
  if (chat) return badChat(chat);
  if (transcription && transcription.durationMs < 10) return 'Audio file is too short. Minimum audio length is 0.01 s.';
  if (transcription?.language && !/^[a-z]{2,3}$/.test(transcription.language)) return 'language must be ISO 639-1';
  if (!speech) return undefined;
  if (voices && !voices.includes(speech.voice)) return `voice must be one of [${voices.join(' ')}]`;
  if (voices && speech.input.length > ORPHEUS_MAX_CHARACTERS) return 'input must be at most 200 characters';
  return speech.input.trim() === '' ? 'input must not be empty' : undefined;
}
