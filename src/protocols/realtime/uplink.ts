import { GranuleGaps } from '../../audio/granule-gaps.ts';
import { OggOpusReader } from '../../audio/ogg-reader.ts';
import type { OpusDecoder } from '../../audio/opus.ts';
import { checkOpusPacket } from '../../audio/opus-packet.ts';
import { floatToInt16, pcmBytesToInt16 } from '../../audio/pcm.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import type { Resampler } from '../../audio/resample.ts';
import type { DeviceListener } from '../protocol.ts';
import { decodeBase64 } from './base64.ts';
import type { AudioFormat } from './device-fields.ts';

/** What a device puts into its audio field. */
export type UplinkFormat = 'ogg-opus' | 'pcm16' | 'pcmf32';

const OGG_CAPTURE = 'OggS';

/** So many messages in a row must look like the same raw PCM before `auto` believes it: an Ogg device answered in PCM is
 * deaf until it restarts. */
const PCM_EVIDENCE = 5;

/** Silence that the device did not send comes in pieces of this length, milliseconds. */
const SILENCE_MS = 20;
const SILENCE = new Int16Array((HEARING_RATE * SILENCE_MS) / 1000);

/** Audio from the device: base64 of Ogg-Opus pages, or of raw 24 kHz PCM, to 16 kHz samples. State of one link. */
export class Uplink {
  readonly #wanted: AudioFormat;
  readonly #decoder: OpusDecoder;
  /** 24 kHz to 16 kHz, for raw PCM. */
  readonly #resampler: Resampler;
  readonly #listener: DeviceListener;
  readonly #gaps = new GranuleGaps();
  readonly #ogg = new OggOpusReader(
    (packet) => this.#packet(packet),
    (page) => this.#silence(this.#gaps.before(page)),
  );
  #format: UplinkFormat | undefined;
  #guess: UplinkFormat | undefined;
  #guesses = 0;
  #garbageBytes = 0;

  constructor(wanted: AudioFormat, decoder: OpusDecoder, resampler: Resampler, listener: DeviceListener) {
    this.#wanted = wanted;
    this.#format = wanted === 'auto' ? undefined : wanted;
    this.#decoder = decoder;
    this.#resampler = resampler;
    this.#listener = listener;
  }

  /** What the device has turned out to send; undefined while that is not known. */
  get format(): UplinkFormat | undefined {
    return this.#format;
  }

  /** Takes the audio field of one message. Never throws. */
  receive(audio: unknown): void {
    const bytes = typeof audio === 'string' ? decodeBase64(audio) : undefined;
    if (bytes === undefined) this.#drop('unexpected');
    else if (bytes === null) this.#drop('bad_base64');
    else if (bytes.length > 0) this.#take(bytes, this.#formatOf(bytes));
  }

  /** Takes the audio field of one message if it is base64; else does nothing and returns false. Never throws. */
  receiveBase64(audio: string): boolean {
    const bytes = decodeBase64(audio);
    if (bytes === null) return false;
    if (bytes.length > 0) this.#take(bytes, this.#formatOf(bytes));
    return true;
  }

  close(): void {
    this.#decoder.free();
    this.#resampler.free();
  }

  /** In `auto`, a page start settles it for Ogg whenever it comes: no PCM begins like that but by a miracle. */
  #formatOf(bytes: Buffer): UplinkFormat | undefined {
    if (this.#wanted !== 'auto' || this.#format === 'ogg-opus') return this.#format;
    if (bytes.includes(OGG_CAPTURE, 0, 'latin1')) this.#format = 'ogg-opus';
    if (this.#format) return this.#format;
    const guess = guessPcm(bytes);
    this.#guesses = guess !== undefined && guess === this.#guess ? this.#guesses + 1 : 1;
    this.#guess = guess;
    if (this.#guesses >= PCM_EVIDENCE) this.#format = guess;
    return this.#format;
  }

  #take(bytes: Buffer, format: UplinkFormat | undefined): void {
    switch (format) {
      case 'ogg-opus':
        this.#pages(bytes);
        return;
      case 'pcm16':
        if (bytes.length % 2 === 0) this.#pcm(pcmBytesToInt16(bytes));
        else this.#drop('bad_pcm');
        return;
      case 'pcmf32':
        if (bytes.length % 4 === 0) this.#pcm(floatToInt16(toFloats(bytes)));
        else this.#drop('bad_pcm');
        return;
      case undefined:
        // Silence says nothing of its format, and its loss costs nothing.
        if (bytes.some((byte) => byte !== 0)) this.#drop('bad_ogg');
        return;
    }
  }

  #pages(bytes: Buffer): void {
    this.#ogg.push(bytes);
    if (this.#ogg.garbageBytes > this.#garbageBytes) this.#drop('bad_ogg');
    this.#garbageBytes = this.#ogg.garbageBytes;
  }

  /** An encoder that sends nothing in silence (DTX) lets the time of its stream go on: what comes next was said later. */
  #silence(ms: number): void {
    for (let left = ms; left >= SILENCE_MS; left -= SILENCE_MS) this.#listener.audio(SILENCE);
  }

  #packet(packet: Uint8Array): void {
    const samples = checkOpusPacket(packet).ok ? this.#decode(packet) : null;
    if (samples) this.#listener.audio(samples);
    else this.#drop('bad_opus');
  }

  #decode(packet: Uint8Array): Int16Array | null {
    try {
      return this.#decoder.decode(packet);
    } catch {
      return null;
    }
  }

  #pcm(samples24k: Int16Array): void {
    this.#listener.audio(this.#resampler.process(samples24k));
  }

  #drop(reason: 'unexpected' | 'bad_base64' | 'bad_ogg' | 'bad_opus' | 'bad_pcm'): void {
    this.#listener.event({ type: 'dropped', reason });
  }
}

/**
 * Tells raw float32 from raw s16: speech as float32 lies within +-1 and is never tiny but for zero; s16 read as float32
 * gives wild exponents. All zeros tell nothing; neither does a message too short to judge.
 */
function guessPcm(bytes: Buffer): 'pcm16' | 'pcmf32' | undefined {
  if (bytes.length < 256 || bytes.length % 2 !== 0 || bytes.every((byte) => byte === 0)) return undefined;
  if (bytes.length % 4 !== 0) return 'pcm16';
  const plausible = toFloats(bytes).every((value) => value === 0 || (Math.abs(value) <= 2 && Math.abs(value) > 1e-12));
  return plausible ? 'pcmf32' : 'pcm16';
}

function toFloats(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  for (let index = 0; index < floats.length; index++) floats[index] = bytes.readFloatLE(index * 4);
  return floats;
}
