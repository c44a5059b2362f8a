import type * as Werift from 'werift';
import { correctAnswer, ownAddresses } from './answer.ts';
import { sayGoodbye } from './goodbye.ts';
import type { OfferCheck } from './offer.ts';
import { readRtp, writeRtp } from './rtp-packet.ts';

/** Why a peer is gone that has said goodbye. */
const CLOSED = 'the device has closed the connection';

/** How peers are reached. */
export interface IcePlan {
  /** STUN and TURN servers; with none, peers come to us: nothing is sent to an address that an offer names. */
  readonly servers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  /** UDP ports, first and last; undefined: any free one. */
  readonly ports: readonly [number, number] | undefined;
  /** Further addresses by which devices reach this machine. */
  readonly addresses: readonly string[];
}

/** What is told of a peer. Nothing is told after `closed`. */
export interface PeerListener {
  /** Audio can flow both ways. */
  connected(): void;
  /** A packet came; readable with `readRtp`. */
  packet(bytes: Uint8Array): void;
  /** The other end has reported on what it got, or checked the way here. */
  alive(): void;
  /** It is gone, or never came. Once. */
  closed(why: string): void;
}

/** One WebRTC connection for audio: an offer was taken, and its answer is ready. Errors of werift end it and nothing else. */
export class Peer {
  readonly #connection: Werift.RTCPeerConnection;
  readonly #sender: Werift.RTCRtpSender;
  #listener: PeerListener | undefined;
  #isConnected = false;
  #isClosing = false;
  #reportedLoss: number | undefined;

  private constructor(connection: Werift.RTCPeerConnection, sender: Werift.RTCRtpSender, listener: PeerListener) {
    this.#connection = connection;
    this.#sender = sender;
    this.#listener = listener;
  }

  /**
   * Takes an offer that `checkOffer` let through.
   * @returns the peer, and its answer with all candidates
   * @throws what werift throws at an offer that it cannot use; nothing is left open then
   */
  static async answer(
    werift: typeof Werift,
    offer: Omit<Extract<OfferCheck, { ok: true }>, 'ok'>,
    plan: IcePlan,
    listener: PeerListener,
  ): Promise<{ readonly peer: Peer; readonly sdp: string }> {
    const names: { local?: string } = {};
    const connection = new werift.RTCPeerConnection({
      iceServers: plan.servers.map((server) => ({ ...server })),
      // Without servers it only answers checks, and sends to nowhere else.
      iceLite: plan.servers.length === 0,
      iceUseIpv6: true,
      ...(plan.ports ? { icePortRange: [...plan.ports] as [number, number] } : {}),
      iceAdditionalHostAddresses: ownAddresses(),
      // werift does not look at the integrity of requests: who does not know both names was not told them.
      iceFilterStunResponse: (message) => {
        const isOurs = message.getAttributeValue('USERNAME') === `${names.local}:${offer.ufrag}`;
        if (isOurs) peer.#alive();
        return isOurs;
      },
      codecs: { audio: [opusOf(werift)], video: [] },
      headerExtensions: { audio: [], video: [] },
    });
    const sender = connection.addTrack(new werift.MediaStreamTrack({ kind: 'audio' }));
    const peer = new Peer(connection, sender, listener);
    try {
      peer.#listen();
      await connection.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
      // Of both ends one begins the handshake; werift would do so itself whatever the offer says (RFC 5763 section 5).
      if (offer.setup === 'active') for (const dtls of connection.dtlsTransports) dtls.role = 'server';
      const answer = await connection.createAnswer();
      names.local = /a=ice-ufrag:(\S+)/.exec(answer.sdp)?.[1] ?? '';
      await connection.setLocalDescription(answer);
      const sdp = correctAnswer(connection.localDescription?.sdp ?? '', offer.frame, plan.addresses);
      peer.#hear(sdp);
      return { peer, sdp };
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Share of what was sent that the other end has reported as lost, 0 to 1; undefined: it has reported nothing yet. */
  get reportedLoss(): number | undefined {
    return this.#reportedLoss;
  }

  /** Sends a packet, with this connection's payload type and source. Nothing happens before it is connected, and after its end. */
  send(bytes: Uint8Array): void {
    const packet = this.#isConnected ? readRtp(bytes) : undefined;
    if (packet) this.#sender.sendRtp(Buffer.from(bytes)).catch(() => undefined);
  }

  /** Ends it: the other end is told. Nothing is told of it any more. */
  close(): void {
    this.#listener = undefined;
    this.#isConnected = false;
    if (this.#isClosing) return;
    this.#isClosing = true;
    const connection = this.#connection;
    const goodbyes = Promise.all(connection.dtlsTransports.map(sayGoodbye));
    goodbyes.then(() => connection.close()).catch(() => undefined);
  }

  #listen(): void {
    const connection = this.#connection;
    connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') this.#connected();
      else if (state === 'failed')
        this.#ended('the connection failed: no way between both ends, or a wrong certificate');
      else if (state === 'closed') this.#ended(CLOSED);
    });
  }

  /** Hears the one section that there is. werift itself hands on only sources that the offer names (`a=ssrc`), which none has to. */
  #hear(answer: string): void {
    const opus = Number(/^a=rtpmap:(\d+) opus\//im.exec(answer)?.[1]);
    for (const dtls of this.#connection.dtlsTransports) {
      dtls.onRtp.subscribe(({ header, payload }) => {
        const { payloadType, sequenceNumber: sequence, timestamp, ssrc, marker } = header;
        if (payloadType === opus) this.#listener?.packet(writeRtp({ sequence, timestamp, ssrc, marker, payload }));
      });
    }
  }

  #connected(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    for (const dtls of this.#connection.dtlsTransports) {
      dtls.onRtcp.subscribe((packet) => this.#report(packet));
      // A goodbye of the other end; the state of the connection does not tell of it.
      dtls.onStateChange.subscribe((state) => {
        if (state === 'closed') this.#ended(CLOSED);
      });
    }
    this.#listener?.connected();
  }

  /** A report of the other end (RFC 3550 section 6.4). */
  #report(packet: Werift.RtcpPacket): void {
    this.#alive();
    if (!('reports' in packet) || !Array.isArray(packet.reports)) return;
    for (const report of packet.reports as readonly { ssrc: number; fractionLost: number }[]) {
      if (report.ssrc === this.#sender.ssrc) this.#reportedLoss = report.fractionLost / 256;
    }
  }

  #alive(): void {
    this.#listener?.alive();
  }

  #ended(why: string): void {
    const listener = this.#listener;
    this.close();
    listener?.closed(why);
  }
}

function opusOf({ RTCRtpCodecParameters }: typeof Werift): Werift.RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    payloadType: 111,
    parameters: 'minptime=10;useinbandfec=1',
  });
}
