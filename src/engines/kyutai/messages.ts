import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';

const ready = z.object({ type: z.literal('Ready') });
const error = z.object({ type: z.literal('Error'), message: z.string() });

const recognised = z.discriminatedUnion('type', [
  ready,
  error,
  /** 80 ms of audio were processed. `prs`: how likely the user pauses for 0.5, 1, 2 and 3 s, each 0 to 1. */
  z.object({ type: z.literal('Step'), prs: z.array(z.number()) }),
  /** A word begins. Seconds from the first sample. */
  z.object({ type: z.literal('Word'), text: z.string(), start_time: z.number() }),
  /** The last word ends. Seconds from the first sample. */
  z.object({ type: z.literal('EndWord'), stop_time: z.number() }),
  /** All audio in front of the marker of this number was recognised. */
  z.object({ type: z.literal('Marker'), id: z.number() }),
]);

const spoken = z.discriminatedUnion('type', [
  ready,
  error,
  /** Mono, -1 to 1, at 24 kHz: 80 ms. */
  z.object({ type: z.literal('Audio'), pcm: z.array(z.number()) }),
  /** A word of the text and where it is in the audio, seconds from the first sample. */
  z.object({ type: z.literal('Text'), text: z.string(), start_s: z.number(), stop_s: z.number() }),
]);

/** What the recogniser sends. */
export type SttMessage = z.output<typeof recognised>;

/** What the voice sends. */
export type TtsMessage = z.output<typeof spoken>;

/** What the recogniser is sent besides audio. */
export type SttCommand = { readonly type: 'Marker'; readonly id: number };

/** What the voice is sent. */
export type TtsCommand = { readonly type: 'Text'; readonly text: string } | { readonly type: 'Eos' };

/** Longest text, list and map of one message. The longest real one is 80 ms of audio: 1,920 numbers. */
const LIMITS = { maxStrLength: 10_000, maxBinLength: 100_000, maxArrayLength: 50_000, maxMapLength: 50 };

/** A message of the recogniser; null when it is of a type that is not known here. @throws Error when it is malformed */
export function decodeStt(bytes: Uint8Array): SttMessage | null {
  return read(recognised, bytes);
}

/** A message of the voice; null when it is of a type that is not known here. @throws Error when it is malformed */
export function decodeTts(bytes: Uint8Array): TtsMessage | null {
  return read(spoken, bytes);
}

/** A command as it is sent. */
export function encodeCommand(command: SttCommand | TtsCommand): Uint8Array {
  return encode(command);
}

function read<Schema extends typeof recognised | typeof spoken>(
  schema: Schema,
  bytes: Uint8Array,
): z.output<Schema> | null {
  const { type, ...rest } = z.looseObject({ type: z.string() }).parse(decode(bytes, LIMITS));
  if (!schema.options.some((option) => option.shape.type.value === type)) return null;
  return schema.parse({ type, ...rest }) as z.output<Schema>;
}
