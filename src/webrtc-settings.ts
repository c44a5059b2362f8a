import { z } from 'zod';
import { DialtoneError } from './core/errors.ts';
import { Secret } from './core/secret.ts';
import { wholeNumber } from './number-setting.ts';

const list = z
  .string()
  .transform((value) => value.split(',').map((one) => one.trim()))
  .transform((values) => values.filter((value) => value !== ''));

const ipAddress = z.union([z.ipv4(), z.ipv6()], {
  error: ({ input }) => `"${input}" is no IP address such as 192.168.1.5`,
});

const origin = z.string().refine((value) => value === '*' || /^https?:\/\/[^/\s,]+$/.test(value), {
  error: ({ input }) => `"${input}" is no origin such as https://home.example or http://192.168.1.5:8080`,
});

const iceServer = z
  .string()
  .regex(
    /^(?:stun|turn|turns):[^\s,/@]+$/i,
    'give addresses as in stun:stun.example.org:3478 or turn:turn.example.org:3478?transport=udp',
  );

const ports = z
  .string()
  .regex(/^\d+-\d+$/, 'give the first and the last port, as in 50000-50199')
  .transform((value): readonly [number, number] => {
    const [first = 0, last = 0] = value.split('-').map(Number);
    return [first, last];
  })
  .refine(
    ([first, last]) => first >= 1024 && first <= last && last <= 65_535,
    'use ports from 1024 to 65535, the lower one first',
  );

/** Environment variables about devices that dial in over WebRTC. */
export const webRtcFields = {
  WEBRTC_ICE_SERVERS: list
    .pipe(z.array(iceServer).max(2))
    .refine((urls) => new Set(urls.map(isTurn)).size === urls.length, 'give one STUN and one TURN server at most')
    .default([])
    .meta({
      description:
        'A STUN server, a TURN server or one of both, by which WebRTC devices outside of this network reach dialtone, as in ' +
        '`stun:stun.example.org:3478`; with a comma between. Default: none, devices are in the same network.',
    }),
  WEBRTC_TURN_USERNAME: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Name for the TURN server among them, which needs one.' }),
  WEBRTC_TURN_PASSWORD: z
    .string()
    .trim()
    .min(1)
    .transform((value) => new Secret(value))
    .optional()
    .meta({ description: 'Its password. Also as `WEBRTC_TURN_PASSWORD_FILE`.' }),
  WEBRTC_PORTS: ports.optional().meta({
    description:
      'UDP ports for the audio of WebRTC devices, first and last, as in `50000-50199`: each device takes one for each address of this ' +
      'machine. Default: any free ones. A container has to publish them.',
  }),
  WEBRTC_ADDRESSES: list
    .pipe(z.array(ipAddress).max(16))
    .default([])
    .meta({
      description:
        'Further IP addresses of this machine that WebRTC devices are told, with a comma between. Default: those of its network ' +
        'interfaces alone.',
    }),
  WEBRTC_MAX_SESSIONS: wholeNumber(1, 10_000).default(100).meta({
    description: 'So many WebRTC devices are connected at once.',
  }),
  WEBRTC_ORIGINS: list
    .pipe(z.array(origin).max(32))
    .default([])
    .meta({
      description:
        'Web pages that may connect over WebRTC, by their origin, as in `https://home.example`; with a comma between; `*`: any page. ' +
        'Default: none; devices send no origin and are not asked for one.',
    }),
} as const;

/** What {@link webRtcFields} hold. */
export type WebRtcSettings = z.output<z.ZodObject<typeof webRtcFields>>;

/**
 * How WebRTC devices are reached.
 * @throws DialtoneError `settings_invalid` when a TURN server has no name or no password
 */
export function icePlan(settings: WebRtcSettings) {
  const { WEBRTC_TURN_USERNAME: username, WEBRTC_TURN_PASSWORD: password } = settings;
  return {
    servers: settings.WEBRTC_ICE_SERVERS.map((urls) => {
      if (!isTurn(urls)) return { urls };
      if (username === undefined || !password) {
        throw new DialtoneError(
          'settings_invalid',
          'WEBRTC_ICE_SERVERS names a TURN server: set WEBRTC_TURN_USERNAME and WEBRTC_TURN_PASSWORD as well',
        );
      }
      return { urls, username, credential: password.reveal() };
    }),
    ports: settings.WEBRTC_PORTS,
    addresses: settings.WEBRTC_ADDRESSES,
  };
}

function isTurn(url: string): boolean {
  return /^turn/i.test(url);
}
