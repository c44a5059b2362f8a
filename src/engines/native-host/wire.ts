/**
 * What the process and the native host say to each other, over one duplex pipe. A frame is
 * `[u32 payload length][u8 type][u32 stream][payload]`, little-endian. Stream 0 is the host itself.
 */
export const FrameType = {
  // to the host
  /** A new utterance, or a sound that is checked: `[u32 slot of the model]`, and the language of an utterance, BCP 47, where it is known. */
  open: 1,
  /** Mono s16 at 16 kHz, in the machine's byte order: both ends are on the same machine. */
  audio: 2,
  /** No more audio: the final text is wanted. */
  end: 3,
  /** Throw the utterance away, or stop speaking. */
  cancel: 4,
  /** Are you there? */
  ping: 5,
  /** Load a model: JSON of a ModelSpec. The stream is the slot that it gets. */
  load: 6,
  /** Forget the model in the slot of that number. */
  unload: 7,
  /** Say a sentence: `[u32 slot of the voice]` and JSON of a SpeechJob. */
  say: 8,
  // from the host
  /** `[u8 endpoint][utf-8 text so far]` */
  partial: 17,
  /** utf-8 text; the stream is over. */
  final: 18,
  /** The answer to a ping: `[u32 megabytes of memory that the host takes]`. */
  pong: 19,
  /** The host cannot work and will exit: JSON of a HostFailure. */
  fatal: 20,
  /** The model in that slot can be used: JSON of a ModelInfo. */
  loaded: 21,
  /** It cannot: JSON of a HostFailure. */
  not_loaded: 22,
  /** Mono s16 speech, in the machine's byte order. */
  speech: 23,
  /** The sentence is over. */
  spoken: 24,
  /** The utterance or the sentence has failed: JSON of a HostFailure. */
  failed: 25,
  /** What is known of a sound that is checked: `[u8 it is speech][u32 samples heard so far]` */
  heard: 26,
} as const;

/** Bytes before the payload. */
export const FRAME_HEADER_BYTES = 9;

/** No payload is longer: audio is cut into pieces far below, and a longer one means that the pipe lost its place. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** Receives a frame. The payload is a view that is only good during the call. */
export type FrameHandler = (type: number, stream: number, payload: Buffer) => void;

/** Cuts a byte stream into frames, however it was split on the way. */
export class FrameParser {
  #rest: Buffer | undefined;

  /** @throws RangeError for a length that no frame has: nothing after it can be trusted. */
  push(bytes: Buffer, handle: FrameHandler): void {
    const buffer = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    while (buffer.length - at >= FRAME_HEADER_BYTES) {
      const length = buffer.readUInt32LE(at);
      if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`a frame of ${length} bytes: the pipe lost its place`);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > buffer.length) break;
      handle(buffer.readUInt8(at + 4), buffer.readUInt32LE(at + 5), buffer.subarray(at + FRAME_HEADER_BYTES, end));
      at = end;
    }
    this.#rest = at < buffer.length ? buffer.subarray(at) : undefined;
  }
}
