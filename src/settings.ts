import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { audioHookFields } from './audio-hook-settings.ts';
import { ENGINE_NAMES, type EngineName, MAX_ENGINES } from './config/engines-schema.ts';
import { DialtoneError } from './core/errors.ts';
import { fileErrorText } from './core/file-error.ts';
import { isQuoted, REMOVE_QUOTES } from './core/quoted-value.ts';
import { Secret } from './core/secret.ts';
import { parseTcpAddress } from './core/tcp-address.ts';
import { discoveryFields } from './discovery-settings.ts';
import { flag } from './flag-setting.ts';
import { hotpinFields } from './hotpin-settings.ts';
import { listenFields } from './listen-settings.ts';
import { localModelFields } from './local-model-settings.ts';
import { mcpFields } from './mcp-settings.ts';
import { decimalNumber, wholeNumber } from './number-setting.ts';
import { settingsProblem } from './settings-problem.ts';
import { webRtcFields } from './webrtc-settings.ts';

const secret = z
  .string()
  .trim()
  .min(1)
  .transform((value) => new Secret(value));
const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: ({ input }) => `"${input}" is no address range such as 192.168.1.0/24`,
});
const cidrs = z
  .string()
  .transform((list) => list.split(',').map((range) => range.trim()))
  .pipe(z.array(cidr));
const token = z
  .string()
  .regex(/^[\x21-\x7e]{1,4096}$/, 'use 1 to 4,096 visible ASCII characters without spaces')
  .transform((value) => new Secret(value));
const wyomingUrl = z
  .string()
  .refine((url) => parseTcpAddress(url) !== undefined, 'give an address as in tcp://host:10300, with the port');
const kyutaiUrl = z.url({
  protocol: /^(https?|wss?)$/,
  error: 'give an address that begins with ws://, wss://, http:// or https://',
});
const seconds = (max: number) => decimalNumber(1, max);
const httpUrl = z.url({ protocol: /^https?$/, error: 'give an address that begins with http:// or https://' });
/** Engines of one kind, the first choice first: `groq,openai,scripted`. */
const engines = <K extends keyof typeof ENGINE_NAMES>(kind: K) =>
  z.string().transform((list, context): readonly EngineName<K>[] => {
    const known: readonly string[] = ENGINE_NAMES[kind];
    const names = list.split(',').map((name) => name.trim());
    const wrong = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const all = known.map((name) => `"${name}"`).join('|');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) return wrong(`"${unknown}" is none of ${all}`);
    if (new Set(names).size !== names.length) return wrong('name each engine once');
    return names.length > MAX_ENGINES ? wrong(`name at most ${MAX_ENGINES} engines`) : (names as EngineName<K>[]);
  });

/**
 * Every environment variable, with its default and what it is for. The table in docs/CONFIGURATION.md is generated from this
 * (`npm run docs`), and so are the checks at start-up. A variable of type Secret may also be given as `NAME_FILE`, the
 * path of a file that holds it.
 */
export const settingsSchema = z.object({
  REMOTE_DEVICES_CONFIG: z.string().optional().meta({
    description:
      'Path of devices.json. Default: the first of `./devices.json`, `/app/devices.json`, `/config/devices.json`.',
  }),
  STRICT_CONFIG: flag.default(false).meta({
    description:
      '`true`: any mistake in devices.json ends the start with exit code 78. Default: the other devices run, see below.',
  }),
  HOST: z.string().default('127.0.0.1').meta({
    description: 'Address the REST API listens on. `0.0.0.0` makes it reachable from elsewhere: set `API_TOKEN` then.',
  }),
  PORT: wholeNumber(0, 65535).default(8000).meta({ description: 'Port of the REST API; 0: any free one.' }),
  ...listenFields,
  ...webRtcFields,
  ...discoveryFields,
  ...audioHookFields,
  ...hotpinFields,
  API_TOKEN: token.optional().meta({
    description:
      'Token that every request but `/`, `/livez`, `/readyz`, `/openapi.json` and `/metrics` must then bear ' +
      '(`Authorization: Bearer …`). It may read and write. Also as `API_TOKEN_FILE`.',
  }),
  API_READ_TOKEN: token.optional().meta({
    description:
      'A second token, which may only read. Set alone, it lets no caller write. Also as `API_READ_TOKEN_FILE`.',
  }),
  ...mcpFields,
  METRICS_AUTH: flag.default(false).meta({ description: '`true`: `/metrics` needs a token too.' }),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['trace', 'debug', 'info', 'warning', 'warn', 'error', 'fatal', 'critical', 'silent']))
    .default('info')
    .meta({ description: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`, in any case.' }),
  LOG_FORMAT: z.enum(['auto', 'json', 'text']).default('auto').meta({
    description: '`json`: one object a line. `text`: lines for people. `auto`: text in a terminal, JSON elsewhere.',
  }),
  LOG_TRANSCRIPTS: flag.default(true).meta({
    description: '`false`: what people say and are told is not in the log, the events, the turns or the status.',
  }),
  TURNS_KEPT: wholeNumber(0, 1000).default(50).meta({
    description: 'So many turns of each device are kept for `GET /v1/devices/{name}/turns`, in memory; 0: none.',
  }),
  STT: engines('stt')
    .optional()
    .meta({
      description:
        'Speech to text: `sherpa`, `groq`, `openai`, `kyutai` or `wyoming`, or a list in the order in which they are tried ' +
        '(`groq,sherpa`). Default: `kyutai` when `KYUTAI_STT_URL` is set, `openai` when `STT_OPENAI_BASE_URL` is, else `sherpa`.',
    }),
  LLM: engines('llm')
    .optional()
    .meta({
      description:
        'Who answers: `scripted`, `groq` or `openai`, or a list as for `STT` (`groq,openai,scripted`). Default: `openai` when ' +
        '`KYUTAI_LLM_URL` or `LLM_OPENAI_BASE_URL` is set, `groq` when `GROQ_API_KEY` is, `openai` when `OPENAI_BASE_URL` or ' +
        '`OPENAI_API_KEY` is, else `scripted`.',
    }),
  PREEMPTIVE: flag.default(true).meta({
    description:
      '`false`: the language model begins only once it is decided that the user has finished, and never in vain.',
  }),
  LLM_TOOLS: flag.default(true).meta({
    description:
      '`false`: the language model is offered no functions (time, device status, volume, goodbye), for models that ' +
      'cannot call any; see docs/CONVERSATION.md.',
  }),
  LLM_IMAGES: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['auto', 'true', 'false']))
    .default('auto')
    .meta({
      description:
        'Whether the language model sees pictures. `auto`: as its name tells (`llama-4`, `gpt-4o`, `gemma3`, `qwen-vl` and others). One ' +
        'that sees none says so when it is asked about a picture.',
    }),
  LLM_MAX_TOKENS: wholeNumber(16, 100_000)
    .default(512)
    .meta({
      description:
        'Longest answer of the language model, in tokens. One that is longer ends with its last whole sentence. 512 are about two ' +
        'minutes of speech; a model that thinks first may need more.',
    }),
  LLM_TIMEOUT: seconds(300)
    .default(20)
    .meta({
      description:
        'Seconds that the language model may take for its first token, and for each one after it. The user is told to wait after 4 s ' +
        '(`filler` in devices.json).',
    }),
  TTS: engines('tts')
    .optional()
    .meta({
      description:
        'Text to speech: `espeak`, `sherpa`, `groq`, `openai`, `kyutai` or `wyoming`, or a list as for `STT`. Default: `kyutai` when ' +
        '`KYUTAI_TTS_URL` is set, `openai` when `TTS_OPENAI_BASE_URL` is, else `espeak`.',
    }),
  STT_TIMEOUT: seconds(120).default(10).meta({
    description: 'Seconds that speech to text may take for what was said, once it is over.',
  }),
  TTS_TIMEOUT: seconds(120).default(10).meta({
    description: 'Seconds that text to speech may take for its first audio, and for each piece after it.',
  }),
  VOICES_FILE: z.string().optional().meta({
    description:
      'Path of a voices file, which replaces the built-in voices that devices.json may name; see docs/CONVERSATION.md.',
  }),
  ...localModelFields,
  STT_WYOMING_URL: wyomingUrl.optional().meta({
    description: 'Wyoming server that recognises with `STT=wyoming`, such as faster-whisper: `tcp://host:10300`.',
  }),
  TTS_WYOMING_URL: wyomingUrl.optional().meta({
    description: 'Wyoming server that speaks with `TTS=wyoming`, such as Piper: `tcp://host:10200`.',
  }),
  GROQ_API_KEY: secret.optional().meta({ description: 'Key for Groq. Also as `GROQ_API_KEY_FILE`.' }),
  GROQ_BASE_URL: httpUrl.optional().meta({
    description:
      'Another address for the Groq API, or that of another server with the API of OpenAI, as in ' +
      '`http://localhost:11434/v1`; in your own network it needs no key.',
  }),
  GROQ_LLM_MODEL: z.string().default('llama-3.3-70b-versatile').meta({ description: 'Model that answers.' }),
  GROQ_STT_MODEL: z.string().default('whisper-large-v3-turbo').meta({ description: 'Model that recognises.' }),
  GROQ_TTS_MODEL: z.string().default('canopylabs/orpheus-v1-english').meta({ description: 'Model that speaks.' }),
  OPENAI_API_KEY: secret.optional().meta({
    description: 'Key for OpenAI, or for the server of `OPENAI_BASE_URL`. Also as `OPENAI_API_KEY_FILE`.',
  }),
  OPENAI_BASE_URL: httpUrl.optional().meta({
    description:
      'Address of a server with the API of OpenAI (Ollama, vLLM, llama.cpp, LM Studio, OpenRouter, speaches, LocalAI), as in ' +
      '`http://localhost:11434/v1`. In your own network it needs no key. Default: OpenAI itself.',
  }),
  LLM_OPENAI_BASE_URL: httpUrl.optional().meta({
    description:
      'Another address for the language model of `openai`. It is sent `LLM_OPENAI_API_KEY`, and not the other key.',
  }),
  LLM_OPENAI_API_KEY: secret.optional().meta({
    description: 'Key for `LLM_OPENAI_BASE_URL`. Also as `LLM_OPENAI_API_KEY_FILE`.',
  }),
  STT_OPENAI_BASE_URL: httpUrl.optional().meta({
    description:
      'Another address for the speech to text of `openai`. It is sent `STT_OPENAI_API_KEY`, and not the other key.',
  }),
  STT_OPENAI_API_KEY: secret.optional().meta({
    description: 'Key for `STT_OPENAI_BASE_URL`. Also as `STT_OPENAI_API_KEY_FILE`.',
  }),
  TTS_OPENAI_BASE_URL: httpUrl.optional().meta({
    description:
      'Another address for the text to speech of `openai`. It is sent `TTS_OPENAI_API_KEY`, and not the other key.',
  }),
  TTS_OPENAI_API_KEY: secret.optional().meta({
    description: 'Key for `TTS_OPENAI_BASE_URL`. Also as `TTS_OPENAI_API_KEY_FILE`.',
  }),
  OPENAI_LLM_MODEL: z.string().optional().meta({
    description: 'Model that answers. Default: `gpt-4o-mini` at OpenAI; elsewhere the only one that the server has.',
  }),
  OPENAI_STT_MODEL: z.string().optional().meta({
    description: 'Model that recognises. Default: `whisper-1` at OpenAI; elsewhere the only one that the server has.',
  }),
  OPENAI_TTS_MODEL: z.string().optional().meta({
    description: 'Model that speaks. Default: `tts-1` at OpenAI; elsewhere the only one that the server has.',
  }),
  OPENAI_TTS_VOICE: z
    .string()
    .optional()
    .meta({
      description:
        'Voice of the server that speaks with `TTS=openai`, whatever the voice of the device is. Default: what the voices file says ' +
        '(`alloy` and the others of OpenAI).',
    }),
  KYUTAI_STT_URL: kyutaiUrl.optional().meta({
    description:
      'Address of a Kyutai speech-to-text server (moshi-server), as in `ws://stt:8080`. `STT=kyutai` without it: ' +
      '`ws://localhost:8090`.',
  }),
  KYUTAI_TTS_URL: kyutaiUrl.optional().meta({
    description:
      'Address of a Kyutai text-to-speech server (moshi-server), as in `ws://tts:8080`. `TTS=kyutai` without it: ' +
      '`ws://localhost:8089`.',
  }),
  KYUTAI_LLM_URL: httpUrl.optional().meta({
    description:
      'Address of the language model beside the Kyutai servers, such as vLLM: `http://llm:8000`. As `LLM_OPENAI_BASE_URL`, under ' +
      'the name that Unmute has for it.',
  }),
  KYUTAI_LLM_MODEL: z
    .string()
    .optional()
    .meta({ description: 'Its model. Default: the only one that the server has.' }),
  KYUTAI_LLM_API_KEY: secret.optional().meta({ description: 'Its key. Also as `KYUTAI_LLM_API_KEY_FILE`.' }),
  KYUTAI_API_KEY: token.optional().meta({
    description:
      'Key for the Kyutai servers. Default: the public one of Unmute, `public_token`. Also as `KYUTAI_API_KEY_FILE`.',
  }),
  NEWS_FEED_URL: httpUrl.optional().meta({
    description: 'RSS or Atom feed that devices with the instructions `news` talk about; see docs/CONVERSATION.md.',
  }),
  NEWSAPI_API_KEY: secret.optional().meta({
    description: 'Key for newsapi.org, whose top headlines are used without a feed. Also as `NEWSAPI_API_KEY_FILE`.',
  }),
  NEWS_LANGUAGE: z
    .enum(['ar', 'de', 'en', 'es', 'fr', 'he', 'it', 'nl', 'no', 'pt', 'ru', 'sv', 'ud', 'zh'])
    .default('en')
    .meta({ description: 'Language of the headlines of newsapi.org, as in `fr`.' }),
  NEWS_CACHE_HOURS: decimalNumber(0.1, 168)
    .default(4)
    .meta({ description: 'Hours after which the headlines are fetched again.' }),
  ALLOW_LOOPBACK: flag.default(true).meta({
    description: '`false`: no device on this machine itself (127.0.0.0/8, ::1) is dialled.',
  }),
  DEVICE_CIDRS: cidrs.optional().meta({
    description:
      'Only devices in these address ranges are dialled, as in `192.168.1.0/24,fd12::/16`. Default: everywhere but ' +
      'link-local, multicast, reserved and cloud metadata addresses, which are never dialled.',
  }),
  STATE_DIR: z
    .string()
    .optional()
    .meta({
      description:
        'Folder in which what was said, and the last good copy of devices.json, survive a restart. Default: none is kept. See ' +
        'docs/CONVERSATION.md.',
    }),
  HISTORY_MAX_TOKENS: wholeNumber(100, 200_000).default(3_000).meta({
    description:
      'How much of a conversation the language model is shown, in estimated tokens, the system prompt not counted.',
  }),
  HISTORY_MAX_MESSAGES: wholeNumber(2, 1_000).default(40).meta({
    description: 'The same in messages. The oldest turns are forgotten first.',
  }),
  RECORDINGS_DIR: z.string().optional().meta({
    description: 'Folder in which every turn is recorded: WAV files and an index. Default: nothing is recorded.',
  }),
  RECORDINGS_MAX_AGE_DAYS: wholeNumber(1, 36_500).default(7).meta({
    description: 'Older recordings are removed.',
  }),
  RECORDINGS_MAX_MB: wholeNumber(1, 100_000_000).default(1_000).meta({
    description: 'The most that recordings may take; the oldest are removed first.',
  }),
  OPUS_CODEC: z.enum(['libopus-wasm', 'opusscript']).default('libopus-wasm').meta({
    description: 'Library that encodes and decodes Opus; see docs/OPUS.md.',
  }),
  METRICS_PER_DEVICE: flag.default(true).meta({ description: '`false`: no metric series for single devices.' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional().meta({
    description:
      'Where a trace of each turn is sent over OTLP/HTTP, as in `http://localhost:4318`; see docs/OPERATIONS.md. Default: there are no traces.',
  }),
});

/** Whether a setting is a secret, which may also be given as `NAME_FILE`. */
export function mayBeInFile(name: string): boolean {
  return /_(KEY|TOKEN|PASSWORD)$/.test(name);
}

/** A file with the line ends of Windows, given with --env-file, leaves a carriage return behind every value. Blanks alone are kept: they are a mistake. */
function withoutBlanks(value: string | undefined): string | undefined {
  const line = value?.replace(/\r$/, '');
  return line?.trim() || line;
}

/** The environment, parsed once. */
export type Settings = z.output<typeof settingsSchema>;

/**
 * Parses the environment. Blanks around a value are no part of it. An empty variable counts as unset; one whose value has kept its quotation marks is wrong.
 * @throws DialtoneError `settings_invalid` that names every wrong variable and what would be right.
 */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = withoutBlanks(env[name]);
    if (value !== undefined && isQuoted(value, mayBeInFile(name))) problems.push(`${name}: ${REMOVE_QUOTES}`);
    else if (value !== undefined && value !== '') given[name] = value;
    const file = withoutBlanks(env[`${name}_FILE`]);
    if (mayBeInFile(name) && file) {
      if (isQuoted(file, false)) problems.push(`${name}_FILE: ${REMOVE_QUOTES}`);
      else if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one`);
      else {
        try {
          // Editors and `echo` end a file with a newline, which is no part of the secret.
          const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
          if (text === '') problems.push(`${name}_FILE: the file ${file} is empty`);
          else if (isQuoted(text, true))
            problems.push(`${name}_FILE: the text of ${file} is in quotation marks: remove them`);
          else given[name] = text;
        } catch (error) {
          problems.push(`${name}_FILE: ${fileErrorText(error)}`);
        }
      }
    }
  }
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(settingsProblem(issue));
  }
  if (problems.length > 0 || !parsed.success) {
    throw new DialtoneError(
      'settings_invalid',
      `the environment is not right:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
  }
  return parsed.data;
}
