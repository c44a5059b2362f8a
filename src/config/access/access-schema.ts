import { isIP } from 'node:net';
import { z } from 'zod';

/** Bytes that all headers of a device may have together, names and values. */
const MAX_HEADER_BYTES = 4096;

/** What may stand in `Authorization: Bearer`: visible ASCII without spaces. */
export const TOKEN_PATTERN = /^[\x21-\x7e]{1,1024}$/;

const fingerprintSchema = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/, 'give the SHA-256 of the certificate: 64 hex digits')
  .transform(formatFingerprint)
  .meta({
    description:
      'SHA-256 of the only certificate that is accepted, hex with or without colons. Without "ca_file", neither the ' +
      'name nor the dates in it matter then.',
  });

/** Hex digits as Node shows a fingerprint: `AA:BB:…`. */
function formatFingerprint(hex: string): string {
  return (hex.replaceAll(':', '').toUpperCase().match(/../g) ?? []).join(':');
}

/** `tls` of a device. */
export const tlsSchema = z.union(
  [
    z.boolean(),
    z.strictObject({
      ca_file: z.string().min(1, 'give a path').optional().meta({
        description: 'PEM file of the authority that signed the certificate, or of the certificate itself.',
      }),
      fingerprint: fingerprintSchema.optional(),
      servername: z
        .string()
        .max(253, 'use at most 253 characters')
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'give a host name')
        .refine((name) => isIP(name) === 0, 'give a host name; for an address leave it out')
        .optional()
        .meta({ description: 'Name that the certificate must have. Default: "host".' }),
    }),
  ],
  'expected true, or an object with "ca_file", "fingerprint" or "servername"',
);

/** `token` of a device. */
export const tokenSchema = z
  .string()
  .regex(TOKEN_PATTERN, 'use 1 to 1,024 visible ASCII characters without spaces')
  .meta({ description: 'Sent as "Authorization: Bearer …". Better kept outside, by "token_env" or "token_file".' });

/** `token_env` of a device. */
export const tokenEnvSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'give the name of an environment variable')
  .meta({ description: 'Environment variable that holds the token.' });

/** `token_file` of a device. */
export const tokenFileSchema = z
  .string()
  .min(1, 'give a path')
  .meta({ description: 'File that holds the token; a relative path starts at the folder of devices.json.' });

/** Headers that make the WebSocket handshake, or that another key is for. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'upgrade',
  'connection',
  'authorization',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'keep-alive',
]);

/** `headers` of a device. What is wrong is said of the name only: a value may be a secret. */
export const headersSchema = z
  .record(z.string(), z.string())
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    const seen = new Set<string>();
    const complain = (path: readonly string[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    for (const name of names) {
      const lower = name.toLowerCase();
      if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) complain([name], 'this is no name of a header');
      else if (lower === 'authorization') complain([name], 'use "token", "token_env" or "token_file" for it');
      else if (OWN_HEADERS.has(lower) || lower.startsWith('sec-websocket-')) {
        complain([name], 'this header belongs to the WebSocket handshake');
      } else if (seen.has(lower)) complain([name], 'this header is given twice');
      else if (!/^[\t\x20-\x7e]*$/.test(headers[name] ?? '')) {
        complain([name], 'use visible ASCII characters and spaces on one line');
      }
      seen.add(lower);
    }
    if (names.length > 20) complain([], 'use at most 20 headers');
    const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    if (bytes > MAX_HEADER_BYTES) complain([], `use at most ${MAX_HEADER_BYTES} bytes for all headers together`);
  })
  .meta({ description: 'Further headers of the WebSocket handshake. Their values are never shown.' });
