import type { Secret } from '../../core/secret.ts';

/** How a device's certificate is checked. All undefined: as any web server's. */
export interface DeviceTls {
  /** Absolute path of a PEM file. Read anew at every dial, so that a renewed certificate needs no reload. */
  readonly caFile: string | undefined;
  /** SHA-256 of the only certificate that is accepted, as `AA:BB:…`. */
  readonly fingerprint: string | undefined;
  /** Name that the certificate must have; undefined: the host. */
  readonly servername: string | undefined;
}

/** How dialtone and a device authenticate each other. */
export interface DeviceAccess {
  /** null: plain `ws`. */
  readonly tls: DeviceTls | null;
  /** Sent as `Authorization: Bearer`. */
  readonly token: Secret | undefined;
  /** The token may be sent without TLS. */
  readonly allowPlaintextToken: boolean;
  /** Values are secrets, because API keys come in headers too. */
  readonly headers: Readonly<Record<string, Secret>>;
}

/**
 * True when both are the same to a device: its line need not be dialled anew. A plain deep comparison does not do,
 * because a {@link Secret} shows nothing to compare.
 */
export function sameAccess(a: DeviceAccess, b: DeviceAccess): boolean {
  return textOf(a) === textOf(b);
}

/** Everything of it as text, with the secrets: never leaves this file. */
function textOf({ tls, token, allowPlaintextToken, headers }: DeviceAccess): string {
  return JSON.stringify([
    tls && [tls.caFile, tls.fingerprint, tls.servername],
    token?.reveal(),
    allowPlaintextToken,
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value.reveal()] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
}
