import type * as Werift from 'werift';

/** Alert, of the record types of DTLS (RFC 6347 section 4.1). */
const ALERT = 21;

/** A warning: close_notify (RFC 5246 section 7.2.1). */
const CLOSE_NOTIFY = Buffer.from([1, 0]);

/** What is used of werift's DTLS beyond its types. */
interface DtlsCipher {
  encryptPacket(packet: { readonly recordLayerHeader: { contentType: number } }): unknown;
}

/**
 * Tells the other end that the connection is over. werift itself sends nothing, and the other end would only notice after half a
 * minute, when its checks have not been answered. To be called once, before the connection is closed: it can send nothing else afterwards.
 * Never rejects.
 */
export async function sayGoodbye(transport: Werift.RTCDtlsTransport): Promise<void> {
  const { dtls, state } = transport;
  if (!dtls || state !== 'connected') return;
  const { cipher } = dtls as unknown as { readonly cipher: DtlsCipher };
  const { encryptPacket } = cipher;
  cipher.encryptPacket = (packet) => {
    packet.recordLayerHeader.contentType = ALERT;
    return encryptPacket.call(cipher, packet);
  };
  await dtls.send(CLOSE_NOTIFY).catch(() => undefined);
}
