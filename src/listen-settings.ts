import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DialtoneError } from './core/errors.ts';
import { fileErrorText } from './core/file-error.ts';
import { flag } from './flag-setting.ts';
import { wholeNumber } from './number-setting.ts';

const port = wholeNumber(0, 65535);
const count = (max: number) => wholeNumber(1, max);

/** Environment variables about devices that dial in. */
export const listenFields = {
  LISTEN_PORT: port.optional().meta({
    description:
      'Port for devices that dial in (`"direction": "accept"` in devices.json); 0: any free one. Default: `ESP32_WEBSOCKET_PORT`, ' +
      'else there is no such port.',
  }),
  LISTEN_HOST: z.string().optional().meta({
    description:
      'Address that devices dial: of this machine, or `0.0.0.0` for all of them. Default: `ESP32_WEBSOCKET_HOST`, else `0.0.0.0`.',
  }),
  ESP32_WEBSOCKET_PORT: port.optional().meta({ description: "The ESP32Service's name of `LISTEN_PORT`." }),
  ESP32_WEBSOCKET_HOST: z.string().optional().meta({ description: "The ESP32Service's name of `LISTEN_HOST`." }),
  LISTEN_CERT_FILE: z.string().optional().meta({
    description:
      'PEM file of the certificate (with its chain) for devices that dial in: they use `wss` then. With `LISTEN_KEY_FILE`.',
  }),
  LISTEN_KEY_FILE: z.string().optional().meta({ description: 'PEM file of its key.' }),
  LISTEN_MAX_CONNECTIONS: count(100_000).default(2_000).meta({
    description: 'So many connections of devices are there at once.',
  }),
  LISTEN_MAX_PER_ADDRESS: count(100_000).default(512).meta({
    description: 'So many of one IP address. Behind a router or a proxy all devices have one address.',
  }),
  LISTEN_URL: z
    .url({ protocol: /^https?$/, error: 'give an address that begins with http:// or https://' })
    .optional()
    .meta({
      description:
        'Address that devices are told to dial, as in `http://192.168.1.5:8765`: for xiaozhi devices that ask at `/xiaozhi/ota/`, and ' +
        'for their pictures. Default: the host of their request, and `LISTEN_PORT`.',
    }),
  ACCEPT_UNKNOWN: flag.default(false).meta({
    description:
      '`true`: a device that dials in and is in no entry is taken under `defaults` of devices.json, with a name made from its ' +
      'protocol and id. Any device that reaches `LISTEN_PORT` is then answered.',
  }),
} as const;

/** What {@link listenFields} hold. */
export type ListenSettings = z.output<z.ZodObject<typeof listenFields>>;

/** Where devices dial in. */
export interface ListenPlan {
  readonly host: string;
  readonly port: number;
  /** PEM; undefined: no TLS. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/**
 * Where devices dial in; undefined: nowhere.
 * @throws DialtoneError `settings_invalid` when a file cannot be read, or one of two is missing
 */
export function listenPlan(settings: ListenSettings): ListenPlan | undefined {
  const listenPort = settings.LISTEN_PORT ?? settings.ESP32_WEBSOCKET_PORT;
  if (listenPort === undefined) return undefined;
  const { LISTEN_CERT_FILE: cert, LISTEN_KEY_FILE: key } = settings;
  if ((cert === undefined) !== (key === undefined)) {
    throw new DialtoneError(
      'settings_invalid',
      'LISTEN_CERT_FILE and LISTEN_KEY_FILE belong together: set both, or none',
    );
  }
  return {
    host: settings.LISTEN_HOST ?? settings.ESP32_WEBSOCKET_HOST ?? '0.0.0.0',
    port: listenPort,
    tls:
      cert === undefined || key === undefined
        ? undefined
        : { cert: read('LISTEN_CERT_FILE', cert), key: read('LISTEN_KEY_FILE', key) },
  };
}

function read(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new DialtoneError('settings_invalid', `${name}: ${fileErrorText(cause)}`, { cause });
  }
}
