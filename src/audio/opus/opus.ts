/** Sample rates Opus knows, Hz. */
export type OpusRate = 8000 | 12000 | 16000 | 24000 | 48000;

/** One decoder: the state of one incoming stream. Mono, s16. */
export interface OpusDecoder {
  /**
   * Decodes one packet to mono s16 samples at the decoder's rate, whatever rate it was encoded from. The result is the
   * caller's. Check the packet with `checkOpusPacket` first; throws DialtoneError `opus_bad_packet` when it is broken.
   */
  decode(packet: Uint8Array): Int16Array;
  /**
   * Samples in place of a packet that was lost: what the packet behind it carries of it (in-band FEC), else what the decoder
   * makes of what it heard last; silence where the library can do neither. Throws DialtoneError `opus_bad_packet` when `next` is broken.
   * @param durationMs length of what was lost, a multiple of 2.5 ms
   * @param next the packet behind the lost one, which is decoded afterwards; undefined: it is not there yet
   */
  conceal(durationMs: number, next?: Uint8Array): Int16Array;
  /** Gives the native memory back. Further calls throw. Calling it twice does nothing. */
  free(): void;
}

/** One encoder: the state of one outgoing stream. Mono, s16. Make one only while a reply is being spoken. */
export interface OpusEncoder {
  /** Samples in a frame: every call of `encode` takes exactly that many. */
  readonly frameSamples: number;
  /** Encodes one frame to one packet. The result is the caller's. Throws RangeError for a frame of another length. */
  encode(frame: Int16Array): Uint8Array;
  /** Gives the native memory back. Further calls throw. Calling it twice does nothing. */
  free(): void;
}

/** What an encoder is made for. */
export interface OpusEncoderOptions {
  readonly sampleRate: OpusRate;
  /** Length of a packet, milliseconds. */
  readonly frameMs: 10 | 20 | 40 | 60;
  /**
   * What libopus is tuned for. Default `audio`: at our rates that is CELT, a third of the work of `voip` (SILK) and nearer to
   * the original at 32 kbit/s and more (docs/OPUS.md). Devices send `voip`.
   */
  readonly application?: 'audio' | 'voip';
  /** Bits per second. Default 40,000. */
  readonly bitrate?: number;
  /** 0 (cheap) to 10 (best). Default 0. */
  readonly complexity?: number;
  /**
   * Percent of the packets that are lost: each packet then carries the one before it in little (in-band FEC), which only `voip`
   * has. Default 0: none. A library may not know it.
   */
  readonly lossPercent?: number;
}

/** A library that encodes and decodes Opus, loaded and ready. Any number of coders may live at the same time. */
export interface OpusCodec {
  readonly name: string;
  createDecoder(options: { readonly sampleRate: OpusRate }): Promise<OpusDecoder>;
  createEncoder(options: OpusEncoderOptions): Promise<OpusEncoder>;
}

/**
 * Of an encoder that is told nothing else, bits per second. libopus itself would take 25,000; with more bits the lowest
 * complexity is as near to the original as a higher one with fewer, for less than half the work (docs/OPUS.md).
 */
export const DEFAULT_BITRATE = 40_000;

/** Of an encoder that is told nothing else. */
export const DEFAULT_COMPLEXITY = 0;
