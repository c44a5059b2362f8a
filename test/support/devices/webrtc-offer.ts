import { onTestFinished } from 'vitest';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';

/** An end that makes an offer, as a device does; for the length of a test. */
export async function offeringPeer(payloadType = 111): Promise<{ connection: RTCPeerConnection; sdp: string }> {
  const opus = new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType });
  const connection = new RTCPeerConnection({ iceServers: [], codecs: { audio: [opus], video: [] } });
  onTestFinished(() => connection.close());
  connection.addTrack(new MediaStreamTrack({ kind: 'audio' }));
  await connection.setLocalDescription(await connection.createOffer());
  return { connection, sdp: connection.localDescription?.sdp ?? '' };
}

/** What a hub answers to `POST /connect`. */
export interface ConnectAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly sdp?: string; readonly error?: string };
}

/** Sends any body to `POST /connect` of a hub. */
export async function postConnect(
  port: number | undefined,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ConnectAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/connect`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as ConnectAnswer['body'] };
}
