import { DialtoneError } from '../../core/errors.ts';
import { clip, type LinkClose } from '../link-close.ts';

/** OpenSSL's words for a certificate that is not believed, as Node gives them in `code`, and what to do about each. */
const CERTIFICATE_ERRORS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself: give tls.fingerprint or tls.ca_file',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known: give tls.ca_file or tls.fingerprint',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known: give tls.ca_file or tls.fingerprint',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known: give tls.ca_file or tls.fingerprint',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known: give tls.ca_file or tls.fingerprint',
  CERT_UNTRUSTED: 'its authority is not trusted: give tls.ca_file or tls.fingerprint',
  CERT_HAS_EXPIRED: 'it has expired: renew it, or set the clock of this machine',
  CERT_NOT_YET_VALID: 'it is not valid yet: set the clock of this machine, or that of the one that made it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name: give tls.servername, or tls.fingerprint',
  CERT_REVOKED: 'it was revoked',
  CERT_REJECTED: 'it was rejected',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  CERT_CHAIN_TOO_LONG: 'its chain is too long',
  PATH_LENGTH_EXCEEDED: 'its chain is too long',
  INVALID_CA: 'its authority may not sign certificates',
  INVALID_PURPOSE: 'it is not meant for servers',
};

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** `auth_failed` when the error says that a device's certificate was not believed, or was not the pinned one. */
export function tlsErrorCode(error: unknown): 'auth_failed' | undefined {
  const code = codeOf(error);
  return code === 'auth_failed' || Object.hasOwn(CERTIFICATE_ERRORS, code) ? 'auth_failed' : undefined;
}

/**
 * What it means when a dial was refused on our side: a forbidden address, a certificate that is not believed, a look-up
 * that took too long, no TLS where TLS was expected. Undefined for everything else. `auth_failed` waits longest, because a
 * setting has to change first.
 */
export function closeOfDialError(error: unknown): LinkClose | undefined {
  const code = codeOf(error);
  if (error instanceof DialtoneError) {
    const isFinal = error.code === 'address_refused' || error.code === 'auth_failed';
    return { kind: isFinal ? 'auth_failed' : 'failed', code: error.code, message: clip(error.message) };
  }
  const advice = CERTIFICATE_ERRORS[code];
  if (tlsErrorCode(error) && advice !== undefined) {
    return { kind: 'auth_failed', code: 'auth_failed', message: `the device's certificate is not accepted: ${advice}` };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    const message = `no TLS with this device (${clip(code, 60)}): does it listen for wss on this port?`;
    return { kind: 'failed', code: 'handshake_rejected', message };
  }
  return undefined;
}
