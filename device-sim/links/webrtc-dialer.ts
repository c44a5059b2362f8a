import type { OutgoingHttpHeaders } from 'node:http';
import type * as Werift from 'werift';
import type { Clock, Timer } from '#src/core/clock';
import { SimError } from '../device/sim-error.ts';
import type { LinkSource, PrepareLink } from './link-source.ts';
import { RtpSocket } from './rtp-socket.ts';

/** A Naila device asks again after this time, milliseconds, twice as late each time, up to the second. */
const REDIAL_MS = 3_000;
const LONGEST_REDIAL_MS = 30_000;

/** How long connecting may take, milliseconds. */
const CONNECT_MS = 15_000;

/** The hub that a device asks. */
export interface HubAddress {
  /** `http://…`, without `/connect`. */
  readonly url: string;
  readonly deviceId: string;
  readonly token?: string | undefined;
  /** Pause before the first attempt to connect again, and the longest one, milliseconds. Default: those of a Naila device. */
  readonly redialMs?: number;
  readonly longestRedialMs?: number;
}

/** What a dialer is made of. */
export interface WebRtcDialerOptions extends HubAddress {
  readonly clock: Clock;
  readonly prepare: PrepareLink;
  /** An attempt came to nothing. */
  readonly onFailure: (why: string) => void;
}

/** A device that asks a hub for a WebRTC connection, as Naila's do: again and again, until it has one, and when it has lost it. */
export class WebRtcDialer implements LinkSource {
  readonly #options: WebRtcDialerOptions;
  #timer: Timer | undefined;
  #redialMs: number;
  #isRunning = false;
  #isFrozen = false;
  #connecting: Werift.RTCPeerConnection | undefined;

  constructor(options: WebRtcDialerOptions) {
    this.#options = options;
    this.#redialMs = this.#firstMs;
  }

  /** @throws SimError `unsupported` when werift is not installed */
  async start(): Promise<number> {
    await loadWerift();
    this.#isRunning = true;
    this.#redialMs = this.#firstMs;
    void this.#dial();
    return 0;
  }

  refuse(_status: number, _headers: OutgoingHttpHeaders): void {
    throw new SimError('unsupported', 'A device that dials refuses no handshake.');
  }

  accept(): void {}

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  async close(): Promise<void> {
    this.#isRunning = false;
    this.#options.clock.clearTimer(this.#timer);
    await this.#connecting?.close().catch(() => undefined);
  }

  get #firstMs(): number {
    return this.#options.redialMs ?? REDIAL_MS;
  }

  async #dial(): Promise<void> {
    if (!this.#isRunning) return;
    try {
      if (this.#isFrozen) throw new Error('the program hangs');
      const socket = await this.#connect();
      this.#redialMs = this.#firstMs;
      socket.on('close', () => this.#later());
    } catch (error) {
      if (!this.#isRunning) return;
      this.#options.onFailure((error as Error).message);
      this.#later();
    }
  }

  #later(): void {
    if (!this.#isRunning) return;
    const { clock, longestRedialMs = LONGEST_REDIAL_MS } = this.#options;
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => void this.#dial(), this.#redialMs);
    this.#redialMs = Math.min(2 * this.#redialMs, longestRedialMs);
  }

  async #connect(): Promise<RtpSocket> {
    const { prepare, url } = this.#options;
    const werift = await loadWerift();
    const connection = new werift.RTCPeerConnection({ iceServers: [], codecs: { audio: [opus(werift)], video: [] } });
    this.#connecting = connection;
    const prepared = await prepare();
    try {
      const sender = connection.addTrack(new werift.MediaStreamTrack({ kind: 'audio' }));
      let socket: RtpSocket | undefined;
      connection.onTrack.subscribe((track) => {
        track.onReceiveRtp.subscribe((packet) => socket?.received(packet.serialize()));
      });
      await connection.setLocalDescription(await connection.createOffer());
      const sdp = await this.#ask(connection.localDescription?.sdp ?? '');
      const connected = connectedOf(connection);
      await connection.setRemoteDescription({ type: 'answer', sdp });
      await connected;
      socket = new RtpSocket(connection, sender);
      const facts = { path: '/connect', headers: {}, offeredSubprotocols: [], subprotocol: '', extensions: '' };
      prepared.opened(socket, facts);
      return socket;
    } catch (error) {
      prepared.discard();
      await connection.close().catch(() => undefined);
      throw new Error(`${url}: ${reasonOf(error as Error)}`, { cause: error });
    } finally {
      this.#connecting = undefined;
    }
  }

  /** @returns the answer of the hub */
  async #ask(sdp: string): Promise<string> {
    const { deviceId, token, url } = this.#options;
    const response = await fetch(`${url.replace(/\/+$/, '')}/connect`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        device_id: deviceId,
        sdp,
        preferred_output_sample_rate: 48_000,
        supported_output_codecs: ['pcm_s16le'],
      }),
      signal: AbortSignal.timeout(CONNECT_MS),
    });
    const body = (await response.json()) as { readonly sdp?: unknown; readonly error?: unknown };
    if (typeof body.sdp === 'string') return body.sdp;
    throw new Error(`the hub answered HTTP ${response.status}: ${String(body.error)}`);
  }
}

/** What `fetch` says itself is only that it failed. */
function reasonOf({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  return `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code || cause.name}`;
}

async function loadWerift(): Promise<typeof Werift> {
  try {
    return await import('werift');
  } catch {
    throw new SimError('unsupported', '--protocol webrtc needs the optional package werift: npm ci --include=optional');
  }
}

function opus({ RTCRtpCodecParameters }: typeof Werift): Werift.RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    payloadType: 111,
    parameters: 'minptime=10;useinbandfec=1',
  });
}

function connectedOf(connection: Werift.RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no connection in time')), CONNECT_MS);
    connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') resolve();
      else if (state === 'failed' || state === 'closed') reject(new Error(`the connection is ${state}`));
      else return;
      clearTimeout(late);
    });
  });
}
