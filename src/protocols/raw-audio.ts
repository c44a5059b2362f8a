import { floatToInt16, pcmBytesToInt16 } from '../audio/pcm.ts';
import { SampleBytes } from '../audio/sample-bytes.ts';
import { oddBytes } from './odd-bytes.ts';
import type { DeviceListener } from './protocol.ts';
import { RawAudioCheck } from './raw-audio-check.ts';

/** How a device sends raw audio. */
export interface RawAudioFormat {
  /** What the owner calls it: the value of `protocol` or `audio_format`. */
  readonly name: string;
  /** Bytes of a sample: 2 of s16, 4 of float32, little-endian. */
  readonly width: 2 | 4;
  /** Hz. */
  readonly rate: number;
}

/** The raw audio of one line as samples at the rate of its format; tells the listener what is wrong with it. */
export class RawAudio {
  readonly #width: 2 | 4;
  readonly #listener: DeviceListener;
  readonly #now: () => number;
  readonly #bytes: SampleBytes;
  readonly #check: RawAudioCheck;
  #discardedBytes = 0;
  #toldOfOddBytes = false;

  /** @param now monotonic milliseconds */
  constructor(format: RawAudioFormat, listener: DeviceListener, now: () => number) {
    this.#width = format.width;
    this.#listener = listener;
    this.#now = now;
    this.#bytes = new SampleBytes(format.width);
    this.#check = new RawAudioCheck(format, now(), (code, message) =>
      listener.event({ type: 'warning', code, message }),
    );
  }

  /** The whole samples of a message, behind what was left over of the one before. Valid as long as the bytes are. */
  take(bytes: Uint8Array): Int16Array {
    if (bytes.length % this.#width !== 0) this.#tellOfOddBytes();
    const whole = this.#bytes.take(bytes);
    if (this.#bytes.discardedBytes > this.#discardedBytes) this.#listener.event({ type: 'dropped', reason: 'bad_pcm' });
    this.#discardedBytes = this.#bytes.discardedBytes;
    const samples = this.#width === 2 ? pcmBytesToInt16(whole) : floatToInt16(toFloats(whole));
    if (samples.length > 0) this.#check.add(samples, this.#now());
    return samples;
  }

  /** A message of the device was left out. */
  missed(): void {
    this.#bytes.missed();
    this.#check.missed();
  }

  #tellOfOddBytes(): void {
    if (!this.#toldOfOddBytes) this.#listener.event(oddBytes(this.#width));
    this.#toldOfOddBytes = true;
  }
}

function toFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Float32Array(bytes.length / 4);
  for (let index = 0; index < floats.length; index++) floats[index] = view.getFloat32(index * 4, true);
  return floats;
}
