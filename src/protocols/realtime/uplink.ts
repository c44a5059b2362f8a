import { GranuleGaps } from '../../audio/ogg/granule-gaps.ts';
import { MissingPages } from '../../audio/ogg/missing-pages.ts';
import { OggOpusReader, type OggPagePlace } from '../../audio/ogg/ogg-reader.ts';
import type { OpusDecoder } from '../../audio/opus/opus.ts';
import { checkOpusPacket } from '../../audio/opus/opus-packet.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import type { Resampler } from '../../audio/resample.ts';
import type { DeviceListener } from '../protocol.ts';
import { RawAudio } from '../raw-audio.ts';
import { SHARED_DEVICE } from '../shared-device.ts';
import { decodeBase64 } from './base64.ts';
import type { AudioFormat } from './device-fields.ts';
import { FormatGuess, isSilent } from './format-guess.ts';
import { SilentFormat } from './silent-format.ts';

/** What a device puts into its audio field. */
export type UplinkFormat = (typeof FORMATS)[number];

const FORMATS = ['ogg-opus', 'pcm16', 'pcmf32'] as const;

/** The format of this name; undefined when there is none. */
export function formatNamed(name: string | undefined): UplinkFormat | undefined {
  return FORMATS.find((format) => format === name);
}

/** Raw audio of both kinds is at 24 kHz. */
const RAW_FORMATS = {
  pcm16: { name: 'pcm16', width: 2, rate: 24_000 },
  pcmf32: { name: 'pcmf32', width: 4, rate: 24_000 },
} as const;

const OGG_CAPTURE = 'OggS';

/** Silence that the device did not send comes in pieces of this length, milliseconds. */
const SILENCE_MS = 20;
const SILENCE = new Int16Array((HEARING_RATE * SILENCE_MS) / 1000);

/** What an uplink is told and asked besides. */
export interface UplinkOptions {
  /** In what the device spoke on its last line, as far as is known; for `auto`. */
  readonly before?: UplinkFormat | undefined;
  /** Monotonic milliseconds. Default: of the machine. */
  readonly now?: () => number;
  /** It has turned out what the device sends, or that it was something else; for `auto`. */
  readonly onFormat?: (format: UplinkFormat) => void;
}

/** Audio from the device: base64 of Ogg-Opus pages, or of raw 24 kHz PCM, to 16 kHz samples. State of one link. */
export class Uplink {
  readonly #wanted: AudioFormat;
  readonly #decoder: OpusDecoder;
  /** 24 kHz to 16 kHz, for raw PCM. */
  readonly #resampler: Resampler;
  readonly #listener: DeviceListener;
  readonly #gaps = new GranuleGaps();
  readonly #missingPages = new MissingPages();
  #toldOfMissingPages = false;
  readonly #ogg = new OggOpusReader(
    (packet) => this.#packet(packet),
    (page) => this.#page(page),
  );
  readonly #options: UplinkOptions;
  readonly #guess: FormatGuess;
  readonly #silent = new SilentFormat();
  readonly #now: () => number;
  #raw: RawAudio | undefined;
  #format: UplinkFormat | undefined;
  #garbageBytes = 0;

  constructor(
    wanted: AudioFormat,
    decoder: OpusDecoder,
    resampler: Resampler,
    listener: DeviceListener,
    options: UplinkOptions = {},
  ) {
    this.#wanted = wanted;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#guess = new FormatGuess(options.before, () => this.#drop('bad_ogg'));
    this.#format = wanted === 'auto' ? undefined : wanted;
    this.#decoder = decoder;
    this.#resampler = resampler;
    this.#listener = listener;
  }

  /** What the device has turned out to send; undefined while that is not known. */
  get format(): UplinkFormat | undefined {
    return this.#format;
  }

  /**
   * What the device plays: what it sends. While that is not known: what its silence is made of, what it spoke on its last
   * line, or Ogg, since PCM would silence the reader of an Ogg device for good.
   */
  get playFormat(): UplinkFormat {
    return this.#format ?? this.#silent.format ?? this.#options.before ?? 'ogg-opus';
  }

  /** Takes the audio field of one message. Never throws. */
  receive(audio: unknown): void {
    const bytes = typeof audio === 'string' ? decodeBase64(audio) : undefined;
    if (bytes === undefined) this.#drop('unexpected');
    else if (bytes === null) this.#drop('bad_base64');
    else this.#receive(bytes);
  }

  /** Takes the audio field of one message if it is base64; else does nothing and returns false. Never throws. */
  receiveBase64(audio: string): boolean {
    const bytes = decodeBase64(audio);
    if (bytes === null) return false;
    this.#receive(bytes);
    return true;
  }

  /** A message of the device was left out: the next one does not follow. */
  missed(): void {
    this.#raw?.missed();
  }

  close(): void {
    this.#decoder.free();
    this.#resampler.free();
  }

  #receive(bytes: Buffer): void {
    if (bytes.length === 0) return;
    // A page start settles it for Ogg whenever it comes: no PCM begins like that but by a miracle.
    const mayBeOgg = this.#wanted === 'auto' && this.#format !== 'ogg-opus';
    if (mayBeOgg && this.#format && bytes.includes(OGG_CAPTURE, 0, 'latin1')) this.#decide('ogg-opus');
    if (this.#format) this.#take(bytes, this.#format);
    else this.#judge(bytes);
  }

  #judge(bytes: Buffer): void {
    if (isSilent(bytes)) this.#silent.add(bytes.length, this.#now());
    const decision = this.#guess.judge(bytes);
    if (!decision) return;
    for (let lost = 0; lost < decision.lost; lost++) this.#drop('bad_ogg');
    this.#decide(decision.format);
    for (const held of decision.rest) this.#take(held, decision.format);
  }

  #decide(format: UplinkFormat): void {
    this.#format = format;
    this.#options.onFormat?.(format);
  }

  #take(bytes: Buffer, format: UplinkFormat): void {
    switch (format) {
      case 'ogg-opus':
        this.#pages(bytes);
        return;
      case 'pcm16':
      case 'pcmf32':
        this.#raw ??= new RawAudio(RAW_FORMATS[format], this.#listener, this.#now);
        this.#pcm(this.#raw.take(bytes));
        return;
    }
  }

  #pages(bytes: Buffer): void {
    this.#ogg.push(bytes);
    if (this.#ogg.garbageBytes > this.#garbageBytes) this.#drop('bad_ogg');
    this.#garbageBytes = this.#ogg.garbageBytes;
  }

  #page(page: OggPagePlace): void {
    this.#missingPages.add(page);
    if (this.#missingPages.areMissing && !this.#toldOfMissingPages) {
      this.#toldOfMissingPages = true;
      this.#listener.event({ type: 'warning', code: 'shared_device', message: SHARED_DEVICE });
    }
    this.#silence(this.#gaps.before(page));
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
    if (samples24k.length === 0) return;
    this.#listener.audio(this.#resampler.process(samples24k));
  }

  #drop(reason: 'unexpected' | 'bad_base64' | 'bad_ogg' | 'bad_opus'): void {
    this.#listener.event({ type: 'dropped', reason });
  }
}
