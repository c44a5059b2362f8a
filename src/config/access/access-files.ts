import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileErrorText } from '../../core/file-error.ts';
import { isQuoted, REMOVE_QUOTES } from '../../core/quoted-value.ts';
import { Secret } from '../../core/secret.ts';
import type { DeviceEntry } from '../devices-schema.ts';
import { TOKEN_PATTERN } from './access-schema.ts';

/** Larger files are no tokens and no certificates. */
const MAX_BYTES = 256 * 1024;

/** Where an entry of devices.json finds what it only names. */
export interface AccessSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder at which relative paths start: that of devices.json. */
  readonly folder: string;
}

/** What an entry named. */
export interface ResolvedAccess {
  readonly token: Secret | undefined;
  /** Absolute. */
  readonly caFile: string | undefined;
  /** What is missing or wrong: `key: what`. Never holds a token. */
  readonly problems: readonly string[];
}

/** Looks up `token_env` and `token_file`, and makes sure that `ca_file` can be used. Never throws. */
export function resolveAccess(entry: DeviceEntry, { env, folder }: AccessSource): ResolvedAccess {
  const problems: string[] = [];
  const attempt = <T>(key: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(`${key}: ${(error as Error).message}`);
      return undefined;
    }
  };
  let token = entry.token === undefined ? undefined : new Secret(entry.token);
  const { token_env: variable, token_file: file } = entry;
  if (variable !== undefined) {
    token = attempt('token_env', () => {
      // Not named: an owner who mistakes the key writes the token itself there.
      if (!env[variable]) throw new Error('the environment variable of this name is not set');
      // It is set, so that its name is one and no token.
      if (isQuoted(env[variable], true)) throw new Error(`the environment variable ${variable}: ${REMOVE_QUOTES}`);
      return checkedToken(env[variable], 'the environment variable');
    });
  }
  if (file !== undefined) {
    token = attempt('token_file', () => checkedToken(readSmallFile(resolve(folder, file)).toString('utf8'), file));
  }
  const given = typeof entry.tls === 'object' ? entry.tls.ca_file : undefined;
  const caFile = given === undefined ? undefined : resolve(folder, given);
  if (caFile !== undefined) attempt('tls.ca_file', () => readCertificates(caFile));
  return { token, caFile, problems };
}

function checkedToken(text: string, where: string): Secret {
  const token = text.trim();
  if (isQuoted(token, true)) throw new Error(`the text of ${where} is in quotation marks: remove them`);
  if (TOKEN_PATTERN.test(token)) return new Secret(token);
  throw new Error(`${where} must hold 1 to 1,024 visible ASCII characters without spaces`);
}

/**
 * The certificates of a PEM file.
 * @throws Error when the file cannot be read or its first certificate is none
 */
export function readCertificates(file: string): Buffer {
  const pem = readSmallFile(file);
  try {
    new X509Certificate(pem);
  } catch {
    throw new Error(`${file} holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----")`);
  }
  return pem;
}

function readSmallFile(file: string): Buffer {
  let reason: string;
  try {
    const stat = statSync(file);
    // A FIFO would block, a device would never end.
    if (!stat.isFile()) reason = 'it is not a regular file';
    else if (stat.size > MAX_BYTES) reason = `it has more than ${MAX_BYTES} bytes`;
    else return readFileSync(file);
  } catch (error) {
    reason = fileErrorText(error);
  }
  throw new Error(`${file} cannot be read: ${reason}`);
}
