import { z } from 'zod';
import { type DeviceKind, type DeviceKinds, listByKind } from './device-kind.ts';

/** The most that may be sent to a device before it is due, milliseconds. */
export const MAX_AHEAD_MS = 2_000;
const MIN_AHEAD_MS = 20;

/** The same under its other name: what the queue of a xiaozhi device holds (firmware 2.4.2). */
const MAX_PREBUFFER_MS = 2_400;

const seconds = (max: number) => z.number().min(0.1).max(max);

/** The fields of a device's entry, of any kind, that say how a conversation with it is held. Durations in seconds. */
const commonFields = {
  wake_words: z
    .array(z.string().trim().min(2).max(60))
    .min(1)
    .max(10)
    .optional()
    .meta({ description: 'For "activation": "wake_word", as in ["hello computer"].' }),
  endpointing: z
    .strictObject({
      min_silence: seconds(10).default(0.5).meta({ description: 'Seconds of silence that may end what is said.' }),
      max_silence: seconds(10).default(2.5).meta({ description: 'Seconds of silence that always do.' }),
    })
    .default({ min_silence: 0.5, max_silence: 2.5 })
    .meta({ description: 'How long the user may pause: adapted to the speaker between these two.' }),
  greeting: z
    .union([z.boolean(), z.string().trim().min(1).max(500)])
    .default(true)
    .meta({
      description:
        'Whether the device speaks first once it is connected, at most once an hour; a text is said as it is.',
    }),
  filler: z
    .union([z.boolean(), z.string().trim().max(100)])
    .optional()
    .meta({
      description:
        'Whether a user whose answer takes longer than 4 seconds is told to wait ("One moment.", in the language of the device); ' +
        'a text is said as it is. Default: true.',
    }),
  long_silence: z
    .union([seconds(3600), z.literal(false)])
    .default(7)
    .meta({
      description:
        'Seconds of silence behind an answer after which the device speaks again, at most twice; false: never.',
    }),
  goodbye: z.boolean().default(true).meta({
    description: 'Whether the device says goodbye before it gives up on a user who says nothing any more.',
  }),
  idle_timeout: z
    .union([seconds(86_400), z.literal(false)])
    .default(120)
    .meta({
      description:
        'Seconds without a word of the user after which the conversation rests until the user speaks; false: never.',
    }),
  echo_tail: z.number().min(0).max(5).default(0.3).meta({
    description: 'Seconds behind the computed end of an answer in which the microphone is not believed.',
  }),
  lead_in_ms: z
    .int()
    .min(0)
    .max(2_000)
    .default(0)
    .meta({
      description:
        'Milliseconds of silence before an answer when the loudspeaker was silent for more than a second: for loudspeakers that ' +
        'swallow the beginning of what they play then.',
    }),
} as const;

/** All of them, for devices of one kind. All optional. @param kinds of which the descriptions speak */
export function conversationFields({ defaultDuplex }: DeviceKind, kinds: DeviceKinds) {
  const ahead = listByKind(kinds, (kind) => String(kind.defaultAheadMs));
  const buttons = kinds.filter(({ hasButton }) => hasButton).map(({ id }) => `"${id}"`);
  return {
    duplex: z
      .enum(['full', 'half'])
      .default(defaultDuplex)
      .meta({
        description:
          '"full": a word over the answer interrupts it. "half": the microphone is not believed while the device speaks, for ' +
          `a loudspeaker that the microphone hears. Default: ${listByKind(kinds, (kind) => `"${kind.defaultDuplex}"`)}.`,
      }),
    activation: z
      .enum(['always', 'push_to_talk', 'wake_word'])
      .default('always')
      .meta({
        description:
          `"always": who speaks is heard. "push_to_talk": only after a press of the button (${buttons.join(', ')}). ` +
          '"wake_word": only after one of "wake_words".',
      }),
    ...commonFields,
    ahead_ms: z
      .int()
      .min(MIN_AHEAD_MS)
      .max(MAX_AHEAD_MS)
      .optional()
      .meta({
        description:
          'Milliseconds of an answer that are sent before they are due: a stall of the network that is shorter leaves no gap, ' +
          'if the device has room for so much audio. Raised to one message of audio and 20 ms where it is less. ' +
          `Default: ${ahead}.`,
      }),
    prebuffer_ms: z
      .int()
      .min(0)
      .max(MAX_PREBUFFER_MS)
      .optional()
      .meta({
        description:
          'Another name of "ahead_ms", as servers of xiaozhi devices have it. 0: nothing is sent sooner than it is needed, for boards ' +
          'with little memory (ESP32-C3).',
      }),
  };
}

interface ConversationEntry {
  readonly duplex: 'full' | 'half';
  readonly activation: 'always' | 'push_to_talk' | 'wake_word';
  readonly wake_words?: readonly string[] | undefined;
  readonly endpointing: { readonly min_silence: number; readonly max_silence: number };
  readonly greeting: boolean | string;
  readonly filler?: boolean | string | undefined;
  readonly long_silence: number | false;
  readonly goodbye: boolean;
  readonly idle_timeout: number | false;
  readonly echo_tail: number;
  readonly ahead_ms?: number | undefined;
  readonly prebuffer_ms?: number | undefined;
  readonly lead_in_ms: number;
}

/** How a conversation with a device is held. Durations in milliseconds; null: off. */
export interface ConversationConfig {
  readonly duplex: 'full' | 'half';
  readonly activation: 'always' | 'push_to_talk' | 'wake_word';
  /** Lower case; empty unless `activation` is `wake_word`. */
  readonly wakeWords: readonly string[];
  readonly minSilenceMs: number;
  readonly maxSilenceMs: number;
  /** false: none; true: the language model's; a text: as it is. */
  readonly greeting: boolean | string;
  /** false or empty: nothing; missing or true: the usual words; a text: as it is. */
  readonly filler?: boolean | string;
  readonly longSilenceMs: number | null;
  readonly goodbye: boolean;
  readonly idleTimeoutMs: number | null;
  readonly echoTailMs: number;
  /** How far ahead of the loudspeaker audio is sent; null: as the protocol does. */
  readonly aheadMs: number | null;
  /** Silence before the first audio for a loudspeaker that was silent; 0: none. */
  readonly leadInMs: number;
}

/** Checks what single fields cannot know. */
export function checkConversation(entry: ConversationEntry, kind: DeviceKind, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const { endpointing, activation, wake_words } = entry;
  if (entry.ahead_ms !== undefined && entry.prebuffer_ms !== undefined) {
    issue(['prebuffer_ms'], '"ahead_ms" is given too, and means the same: keep one');
  }
  if (endpointing.min_silence > endpointing.max_silence) {
    issue(['endpointing', 'min_silence'], 'this is more than "max_silence": make it smaller');
  }
  if (activation === 'push_to_talk' && !kind.hasButton) {
    issue(['activation'], `a "${kind.id}" device has no button to press: use "always" or "wake_word"`);
  }
  if (activation === 'wake_word' && !wake_words) issue(['wake_words'], 'say which words wake the device');
  if (activation !== 'wake_word' && wake_words) issue(['wake_words'], 'these need "activation": "wake_word"');
}

/** Turns an entry of the file into what the program uses. */
export function toConversationConfig(entry: ConversationEntry): ConversationConfig {
  const ms = (value: number | false) => (value === false ? null : value * 1000);
  return {
    duplex: entry.duplex,
    activation: entry.activation,
    wakeWords: (entry.wake_words ?? []).map((words) => words.toLowerCase()),
    minSilenceMs: entry.endpointing.min_silence * 1000,
    maxSilenceMs: entry.endpointing.max_silence * 1000,
    greeting: entry.greeting,
    ...(entry.filler === undefined ? {} : { filler: entry.filler }),
    longSilenceMs: ms(entry.long_silence),
    goodbye: entry.goodbye,
    idleTimeoutMs: ms(entry.idle_timeout),
    echoTailMs: entry.echo_tail * 1000,
    aheadMs: entry.ahead_ms ?? entry.prebuffer_ms ?? null,
    leadInMs: entry.lead_in_ms,
  };
}
