import { randomInt } from 'node:crypto';
import type { OpusDecoder } from '#src/audio/opus/opus';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { checkOpusPacket } from '#src/audio/opus/opus-packet';
import type { Clock, Timer } from '#src/core/clock';
import type { DownlinkListener } from '../../device/reply.ts';
import type { AudioInput, DeviceWire, Downlink, OutgoingMessage, Uplink, UplinkFrame } from '../wire.ts';

/** Hz of microphone and loudspeaker, and length of a frame, milliseconds. */
const RATE = 48_000;
const FRAME_MS = 20;

/** A frame on the RTP clock of Opus. */
const UNITS_PER_FRAME = 960;

const HEADER_BYTES = 12;

/** So many lost packets in a row are made up; further ones are a hole. */
const MAX_CONCEALED = 5;

/** Nothing on the wire says where an answer ends: it has when nothing has come for so long, milliseconds. */
const REPLY_OVER_MS = 1_000;

/** A Naila device: Opus at 48 kHz mono in RTP packets both ways, and nothing else. */
export function createWebRtcWire(clock: Clock): DeviceWire {
  return {
    path: '/connect',
    subprotocol: undefined,
    micFormat: { coding: 'opus', sampleRate: RATE, frameMs: FRAME_MS },
    framesPerMessage: 1,
    speakerRate: RATE,
    createUplink: () => new RtpUplink(),
    createAudioInput: async (decode) =>
      new RtpInput(decode ? await (await loadOpusCodec()).createDecoder({ sampleRate: RATE }) : undefined),
    createDownlink: (input, listener) => new RtpDownlink(input, listener, clock),
    button: () => undefined,
    status: () => undefined,
  };
}

class RtpUplink implements Uplink {
  #sequence = randomInt(0x10000);
  #timestamp = randomInt(0x1_0000_0000);
  #isPause = true;

  messages(frames: readonly UplinkFrame[]): readonly OutgoingMessage[] {
    return frames.flatMap((frame) => {
      this.#timestamp = (this.#timestamp + UNITS_PER_FRAME) % 0x1_0000_0000;
      const isFirst = this.#isPause;
      this.#isPause = frame === null;
      return frame ? [this.#packet(frame, isFirst)] : [];
    });
  }

  #packet(frame: Uint8Array, isFirst: boolean): Uint8Array {
    const packet = Buffer.alloc(HEADER_BYTES + frame.length);
    packet[0] = 0x80;
    packet[1] = isFirst ? 0x80 : 0;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.set(frame, HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return packet;
  }
}

/** What comes, one RTP packet at a time. */
class RtpInput implements AudioInput {
  readonly #decoder: OpusDecoder | undefined;
  #expected: number | undefined;
  #freed = false;

  constructor(decoder: OpusDecoder | undefined) {
    this.#decoder = decoder;
  }

  push(packet: Uint8Array, listener: DownlinkListener): void {
    if (this.#freed) return;
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    const sequence = bytes.length > HEADER_BYTES ? bytes.readUInt16BE(2) : 0;
    const ahead = this.#expected === undefined ? 0 : ((sequence - this.#expected) << 16) >> 16;
    // What comes too late was made up already.
    if (ahead < 0) return;
    this.#expected = (sequence + 1) & 0xffff;
    const payload = bytes.subarray(HEADER_BYTES);
    const check = checkOpusPacket(payload);
    if (!check.ok) {
      listener({ type: 'violation', text: `an RTP packet without Opus: ${check.reason}` });
      return;
    }
    const { durationMs } = check;
    for (let lost = Math.min(ahead, MAX_CONCEALED); lost > 0; lost--) {
      const samples = this.#decoder?.conceal(durationMs, lost === 1 ? payload : undefined);
      listener({ type: 'audio', samples, durationMs });
    }
    listener({ type: 'audio', samples: this.#decoder?.decode(payload), durationMs });
  }

  free(): void {
    this.#freed = true;
    this.#decoder?.free();
  }
}

class RtpDownlink implements Downlink {
  readonly #input: AudioInput;
  readonly #listener: DownlinkListener;
  readonly #clock: Clock;
  #endTimer: Timer | undefined;

  constructor(input: AudioInput, listener: DownlinkListener, clock: Clock) {
    this.#input = input;
    this.#listener = listener;
    this.#clock = clock;
  }

  text(): { readonly type: string } {
    return { type: 'text' };
  }

  binary(bytes: Uint8Array): { readonly type: string } {
    this.#listener({ type: 'message', name: 'binary' });
    if (this.#endTimer) this.#clock.clearTimer(this.#endTimer);
    else this.#listener({ type: 'reply_started' });
    this.#endTimer = this.#clock.setTimer(() => {
      this.#endTimer = undefined;
      this.#listener({ type: 'reply_ended' });
    }, REPLY_OVER_MS);
    this.#input.push(bytes, this.#listener);
    return { type: 'binary' };
  }
}
