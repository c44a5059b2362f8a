import { HEARING_RATE } from '#src/audio/rates';
import type { Random } from '#src/core/clock';

/** A sample, -1 to 1 before it is made as loud as wanted, by the seconds since the sound began. */
type Sound = (seconds: number) => number;

/** A noise of so many seconds, of any loudness. */
type Noise = (track: Track) => void;

/** Audio being mixed: sounds are added to it at their times. */
class Track {
  readonly samples: Float64Array;
  readonly seconds: number;
  readonly random: Random;

  constructor(seconds: number, random: Random) {
    this.samples = new Float64Array(Math.round(seconds * HEARING_RATE));
    this.seconds = seconds;
    this.random = random;
  }

  /** White noise, -1 to 1. */
  readonly hiss = (): number => this.random() * 2 - 1;

  add(at: number, lasts: number, sound: Sound): void {
    const first = Math.round(at * HEARING_RATE);
    const count = Math.min(Math.round(lasts * HEARING_RATE), this.samples.length - first);
    for (let index = 0; index < count; index++) {
      this.samples[first + index] = (this.samples[first + index] ?? 0) + sound(index / HEARING_RATE);
    }
  }

  /** Again and again, `pause` seconds from one beginning to the next. */
  repeat(pause: () => number, begin: (at: number) => void): void {
    for (let at = 0.3; at < this.seconds; at += pause()) begin(at);
  }
}

const sine = (hertz: number, seconds: number): number => Math.sin(2 * Math.PI * hertz * seconds);
const fades = (seconds: number, within: number): number => Math.exp(-seconds / within);

/** Passes what lies about one frequency. */
function band(hertz: number, quality: number): (value: number) => number {
  const angle = (2 * Math.PI * hertz) / HEARING_RATE;
  const alpha = Math.sin(angle) / (2 * quality);
  let [in1, in2, out1, out2] = [0, 0, 0, 0];
  return (value) => {
    const out = (alpha * (value - in2) + 2 * Math.cos(angle) * out1 - (1 - alpha) * out2) / (1 + alpha);
    [in2, in1, out2, out1] = [in1, value, out1, out];
    return out;
  };
}

/** A note of an instrument: its overtones fade sooner. */
function note(hertz: number, fadesWithin: number, overtones: number): Sound {
  return (seconds) => {
    let sum = 0;
    for (let tone = 1; tone <= overtones && hertz * tone < 7_000; tone++) {
      sum += (sine(hertz * tone, seconds) / tone ** 1.3) * fades(seconds * Math.sqrt(tone), fadesWithin);
    }
    return sum * Math.min(1, seconds / 0.01);
  };
}

const MIDDLE_C = 261.6;
const halfTones = (count: number): number => MIDDLE_C * 2 ** (count / 12);
const CHORDS = [
  [0, 4, 7],
  [5, 9, 12],
  [7, 11, 14],
  [9, 12, 16],
  [2, 5, 9],
] as const;
const SCALE = [0, 2, 4, 5, 7, 9, 11, 12, 14] as const;

function chords(track: Track): void {
  track.repeat(
    () => 1,
    (at) => {
      const chord = CHORDS[Math.floor(track.random() * CHORDS.length)] ?? CHORDS[0];
      for (const tone of chord) track.add(at, 1.1, note(halfTones(tone), 1.2, 6));
    },
  );
}

function music(track: Track): void {
  chords(track);
  let step = 3;
  track.repeat(
    () => (track.random() < 0.3 ? 0.2 : 0.4),
    (at) => {
      step = Math.max(0, Math.min(SCALE.length - 1, step + Math.floor(track.random() * 5) - 2));
      track.add(at, 0.48, note(halfTones(SCALE[step] ?? 0), 0.5, 8));
    },
  );
  track.repeat(
    () => 0.5,
    (at) => {
      track.add(at, 0.2, (seconds) => 2 * sine(50 + 80 * fades(seconds, 0.02), seconds) * fades(seconds, 0.08));
      track.add(at + 0.25, 0.15, (seconds) => track.hiss() * fades(seconds, 0.05));
    },
  );
}

function knocks(track: Track): void {
  track.repeat(
    () => 1.5 + track.random(),
    (at) => {
      for (let knock = 0; knock < 3; knock++) {
        const hertz = 140 + 60 * track.random();
        track.add(at + knock * 0.2, 0.18, (seconds) => {
          const wood = 0.8 * sine(hertz, seconds) * fades(seconds, 0.04);
          return (
            wood + 0.5 * sine(hertz * 2.43, seconds) * fades(seconds, 0.02) + 0.6 * track.hiss() * fades(seconds, 0.004)
          );
        });
      }
    },
  );
}

function typing(track: Track): void {
  track.repeat(
    () => 0.06 + 0.2 * track.random() + (track.random() < 0.08 ? 0.8 : 0),
    (at) => {
      const click = band(1_800 + 2_500 * track.random(), 1);
      const hertz = 150 + 150 * track.random();
      track.add(at, 0.06, (seconds) => {
        return 2 * click(track.hiss()) * fades(seconds, 0.006) + 0.3 * sine(hertz, seconds) * fades(seconds, 0.015);
      });
    },
  );
}

function barks(track: Track): void {
  track.repeat(
    () => 1.2 + 2 * track.random(),
    (at) => {
      const base = 380 + 250 * track.random();
      const lasts = 0.12 + 0.1 * track.random();
      const throat = band(1_200, 0.8);
      let phase = 0;
      track.add(at, lasts, (seconds) => {
        phase += (base * (1 + 0.4 * Math.sin((Math.PI * seconds) / lasts))) / HEARING_RATE;
        let voice = 1.5 * track.hiss();
        for (let tone = 1; tone <= 10; tone++) voice += Math.sin(2 * Math.PI * tone * phase) / Math.sqrt(tone);
        return throat(voice) * Math.min(1, seconds / 0.015) * Math.min(1, (lasts - seconds) / 0.04);
      });
    },
  );
}

function cutlery(track: Track): void {
  track.repeat(
    () => 0.15 + 0.9 * track.random(),
    (at) => {
      for (let tone = 0; tone < 6; tone++) {
        const [hertz, within] = [1_200 + 6_000 * track.random(), 0.02 + 0.12 * track.random()];
        track.add(at, 0.4, (seconds) => sine(hertz, seconds) * fades(seconds, within));
      }
    },
  );
}

function fan(track: Track): void {
  let [deep, soft] = [0, 0];
  track.add(0, track.seconds, (seconds) => {
    const hiss = track.hiss();
    deep = 0.98 * deep + 0.1 * hiss;
    soft = 0.85 * soft + 0.15 * hiss;
    return (deep + 0.6 * soft) * (1 + 0.15 * sine(12, seconds)) + 0.08 * sine(96, seconds);
  });
}

function rain(track: Track): void {
  track.add(0, track.seconds, () => 0.25 * track.hiss());
  track.repeat(
    () => 0.004 + 0.02 * track.random(),
    (at) => {
      const drop = band(1_500 + 4_000 * track.random(), 3);
      track.add(at, 0.02, (seconds) => drop(track.hiss()) * fades(seconds, 0.004));
    },
  );
}

function coughs(track: Track): void {
  track.repeat(
    () => 3,
    (at) => {
      const chest = band(700, 0.7);
      track.add(at, 0.3, (seconds) => 2.5 * chest(track.hiss()) * Math.min(1, seconds / 0.01) * fades(seconds, 0.12));
    },
  );
}

function thuds(track: Track): void {
  track.repeat(
    () => 1.5,
    (at) => track.add(at, 0.15, (seconds) => sine(90, seconds) * fades(seconds, 0.05)),
  );
}

const NOISES = { thuds, knocks, typing, chords, music, fan, rain, barks, cutlery, coughs } satisfies Record<
  string,
  Noise
>;

/** Ten noises of a house. */
export const NOISE_NAMES = Object.keys(NOISES) as readonly (keyof typeof NOISES)[];

/**
 * A noise of so many seconds, mono s16 at 16 kHz.
 * @param levelDb how loud its sounding parts are, dB of full scale
 */
export function noiseOf(name: keyof typeof NOISES, seconds: number, levelDb: number, random: Random): Int16Array {
  const track = new Track(seconds, random);
  NOISES[name](track);
  return asLoud(track.samples, levelDb);
}

/** The parts that sound, not the pauses between them, are made so loud. */
function asLoud(samples: Float64Array, levelDb: number): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const sounding = samples.filter((sample) => Math.abs(sample) > peak * 0.03);
  const power = sounding.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, sounding.length);
  const gain = 10 ** (levelDb / 20) / Math.sqrt(power || 1);
  return Int16Array.from(samples, (sample) => Math.max(-1, Math.min(1, sample * gain)) * 32_767);
}
