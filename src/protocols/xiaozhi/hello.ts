import { z } from 'zod';
import { type FrameVersion, isFrameVersion } from './frame.ts';

/** Hz of everything that is sent to the device: firmware takes it from our hello, and every board plays it. */
export const DOWNLINK_RATE = 24_000;

/** Lengths of a packet that an encoder of ours makes, milliseconds. The last one is what a device gets that asks for another. */
const FRAME_LENGTHS = [10, 20, 40, 60] as const;

/** Length of a packet to the device, milliseconds. */
export type FrameMs = (typeof FRAME_LENGTHS)[number];

/** What a device says of itself, as far as it matters (firmware 2.4.2, `WebsocketProtocol::GetHelloMessage`). */
export interface DeviceHello {
  readonly version: FrameVersion;
  /** Length of the packets that it sends and is sent. */
  readonly frameMs: FrameMs;
  /** It answers the messages of the Model Context Protocol. */
  readonly hasTools: boolean;
}

const helloSchema = z.object({
  type: z.literal('hello'),
  version: z.int().nullish(),
  transport: z.string().nullish(),
  features: z.looseObject({ mcp: z.unknown().optional() }).nullish(),
  audio_params: z
    .object({
      format: z.string().nullish(),
      channels: z.number().nullish(),
      frame_duration: z.number().nullish(),
    })
    .nullish(),
});

/** A hello that was read, or what is wrong with it. */
export type HelloResult = { readonly hello: DeviceHello } | { readonly problem: string };

/**
 * Reads the hello of a device. Opus is decoded to the rate of the recogniser whatever rate it was made at, so its sample rate
 * does not matter.
 * @param message parsed JSON
 * @param headerVersion what the header `Protocol-Version` of the upgrade says; it counts where the hello has no version
 */
export function readHello(message: unknown, headerVersion: string | undefined): HelloResult {
  const parsed = helloSchema.safeParse(message);
  if (!parsed.success) return { problem: problemOf(parsed.error.issues) };
  const { version: said, transport, features, audio_params: audio } = parsed.data;
  const version = said ?? (headerVersion === undefined ? 1 : Number(headerVersion));
  if (!isFrameVersion(version)) return { problem: `protocol version ${version} is not known: use 1, 2 or 3` };
  if (transport != null && transport !== 'websocket') {
    return { problem: `the transport of this link is "websocket", not "${transport.slice(0, 20)}"` };
  }
  if (audio?.format != null && audio.format !== 'opus') {
    return { problem: `audio must be "opus", not "${audio.format.slice(0, 20)}"` };
  }
  if (audio?.channels != null && audio.channels !== 1) return { problem: 'audio must have one channel' };
  const wanted = audio?.frame_duration;
  const frameMs = FRAME_LENGTHS.find((length) => length === wanted) ?? 60;
  return { hello: { version, frameMs, hasTools: features?.mcp === true } };
}

/** A part of a hello that is wrong is named; what is at the type of the message makes it none. */
function problemOf(issues: readonly z.core.$ZodIssue[]): string {
  const [first] = issues;
  if (!first || issues.some(({ path }) => path.length === 0 || path[0] === 'type')) {
    return 'the first message is no hello: {"type": "hello", …} is expected';
  }
  const expected = first.code === 'invalid_type' ? `: ${first.expected} is expected` : '';
  return `"${first.path.join('.')}" of the hello is wrong${expected}`;
}

/** Our hello. Firmware demands type and transport, and takes the two figures of audio. */
export function serverHello(sessionId: string, { frameMs }: DeviceHello): Readonly<Record<string, unknown>> {
  return {
    type: 'hello',
    transport: 'websocket',
    session_id: sessionId,
    audio_params: { format: 'opus', sample_rate: DOWNLINK_RATE, channels: 1, frame_duration: frameMs },
  };
}
