import { floatToInt16 } from '#src/audio/pcm';
import { createResampler, type Resampler } from '#src/audio/resample';
import type { EchoControl } from './echo-control.ts';
import type { SoundRates } from './sound-card.ts';

/** Of the canceller: at 24 kHz it takes away 5 dB of what it takes away at 16 kHz, 45 dB. */
const AEC_RATE = 16_000;

/**
 * Makes an echo canceller: WebRTC's AEC3 in WebAssembly. The microphone then holds nothing above 8 kHz. Throws an Error that
 * says how to get the optional package.
 */
export async function createWebrtcAec(rates: SoundRates): Promise<EchoControl> {
  let load: typeof import('@ennuicastr/webrtcaec3.js');
  try {
    ({ default: load } = await import('@ennuicastr/webrtcaec3.js'));
  } catch {
    throw new Error('--aec webrtc needs the optional package @ennuicastr/webrtcaec3.js: npm ci --include=optional');
  }
  const { AEC3 } = await load();
  const aec = new AEC3(AEC_RATE, 1, 1);
  const [far, near, back] = await Promise.all([
    createResampler(rates.speaker, AEC_RATE),
    createResampler(rates.mic, AEC_RATE),
    createResampler(AEC_RATE, rates.mic),
  ]);
  return new WebrtcAec(aec, far, near, back);
}

type Aec3 = InstanceType<Awaited<ReturnType<typeof import('@ennuicastr/webrtcaec3.js')>>['AEC3']>;

class WebrtcAec implements EchoControl {
  readonly #aec: Aec3;
  readonly #toFar: Resampler;
  readonly #toNear: Resampler;
  readonly #back: Resampler;

  constructor(aec: Aec3, toFar: Resampler, toNear: Resampler, back: Resampler) {
    this.#aec = aec;
    this.#toFar = toFar;
    this.#toNear = toNear;
    this.#back = back;
  }

  far(samples: Int16Array): void {
    this.#aec.analyze([floats(this.#toFar.process(samples))]);
  }

  near(samples: Int16Array): Int16Array {
    const heard = [floats(this.#toNear.process(samples))];
    const cleaned = new Float32Array(this.#aec.processSize(heard));
    this.#aec.process([cleaned], heard);
    return this.#back.process(floatToInt16(cleaned));
  }

  free(): void {
    this.#aec.free();
  }
}

function floats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}
