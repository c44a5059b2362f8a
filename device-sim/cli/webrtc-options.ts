import { parseArgs } from 'node:util';
import type { CliOptions } from './cli-options.ts';
import { oneOf, portNumber, UsageError, usage, wholeNumber } from './cli-values.ts';
import { questionsIn, wantsProtocol } from './dialling-options.ts';
import { NAILA_FLAGS, nailaSettings } from './naila-settings.ts';

/** Where a Naila device tells of its health, as the original does. */
const HEALTH_PORT = '8081';

/** What the command line asks for with `--protocol webrtc`. */
export type WebRtcCliOptions = CliOptions & { readonly hub: NonNullable<CliOptions['hub']> };

/** Whether the command line asks for a device that dials over WebRTC. */
export function isWebRtc(args: readonly string[]): boolean {
  return wantsProtocol(args, 'webrtc');
}

/**
 * Parses it; undefined when help was asked for. Flags and environment of the original's audio client are understood ({@link nailaSettings}).
 * @throws UsageError
 */
export function parseWebRtc(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): WebRtcCliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const naila = nailaSettings(values, env);
  const { deviceId, redialMs, longestRedialMs } = naila;
  const url = values.hub ?? naila.hubUrl;
  if (!/^https?:\/\/[^/]/.test(url))
    throw new UsageError(`--hub takes an address as in http://127.0.0.1:8765, not "${url}".`);
  const questions = questionsIn(tokens);
  const input = values['input-device'] ?? values.input ?? naila.input;
  const output = values['output-device'] ?? values.output ?? naila.output;
  const isSimulated = values.simulated === true || questions.length > 0 || values.speaker !== undefined;
  return {
    name: values.name ?? deviceId,
    host: values.host ?? '127.0.0.1',
    port: 0,
    protocol: 'webrtc',
    hub: { url, deviceId, token: values.token, redialMs, longestRedialMs },
    isQuiet: naila.isQuiet,
    audioFormat: 'ogg-opus',
    noAudio: false,
    announce: false,
    questions,
    repeat: wholeNumber('--repeat', values.repeat ?? '1', 1_000_000) || Number.POSITIVE_INFINITY,
    pauseMs: wholeNumber('--pause', values.pause ?? '1000', 3_600_000),
    speaker: values.speaker,
    record: values.record,
    echo: undefined,
    faults: {},
    healthPort: portNumber('--health-port', values['health-port'] ?? HEALTH_PORT),
    sound: values.web ? 'page' : isSimulated && input === undefined && output === undefined ? 'simulated' : 'card',
    choice: { input, output },
    // The microphone is open all the time: the echo has to be taken out.
    aec: oneOf('--aec', values.aec ?? 'webrtc', ['webrtc', 'half-duplex', 'none'] as const),
    web: { host: values['web-host'] ?? '127.0.0.1', port: portNumber('--web-port', values['web-port'] ?? '8080') },
  };
}

function parse(args: readonly string[]) {
  return usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      tokens: true,
      options: {
        protocol: { type: 'string' },
        hub: { type: 'string' },
        ...NAILA_FLAGS,
        token: { type: 'string' },
        name: { type: 'string' },
        host: { type: 'string' },
        mic: { type: 'string', multiple: true },
        say: { type: 'string', multiple: true },
        repeat: { type: 'string' },
        pause: { type: 'string' },
        speaker: { type: 'string' },
        record: { type: 'string' },
        'health-port': { type: 'string' },
        input: { type: 'string' },
        output: { type: 'string' },
        aec: { type: 'string' },
        simulated: { type: 'boolean' },
        web: { type: 'boolean' },
        'web-host': { type: 'string' },
        'web-port': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
}
