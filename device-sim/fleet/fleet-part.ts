import { setTimeout as sleep } from 'node:timers/promises';
import { rms } from '#src/audio/pcm';
import type { Random } from '#src/core/clock';
import { type SimDevice, SimError, type Speech, startSimDevice } from '../device/sim-device.ts';
import { parseFaults } from '../faults/fault-flags.ts';
import { loadSpeech } from '../mic/speech.ts';
import type { FleetResults } from './fleet-results.ts';
import type { FleetScenario } from './fleet-scenario.ts';

/** Which devices of a fleet a process holds. */
export interface FleetPartOptions {
  readonly scenario: FleetScenario;
  readonly host: string;
  /** Port of device 0 of the whole fleet; 0 gives each any free one. */
  readonly basePort: number;
  /** Number of its first device in the whole fleet. */
  readonly first: number;
  readonly count: number;
}

const REPLY_TIMEOUT_MS = 30_000;
/** What is softer is the silence behind the words: -45 dB of full scale. */
const SILENCE_RMS = 10 ** (-45 / 20);

/** The devices of one process. */
export class FleetPart {
  readonly #options: FleetPartOptions;
  readonly #random: Random;
  readonly #devices: SimDevice[] = [];
  #faulty = new Set<SimDevice>();
  #speeches: readonly Speech[] = [];
  #isOver = false;
  #asked = 0;
  #answered = 0;
  readonly #latenciesMs: number[] = [];
  readonly #complaints: Record<string, number> = {};

  constructor(options: FleetPartOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Starts the devices; resolves with their ports. */
  async start(): Promise<number[]> {
    const { scenario, host, basePort, first, count } = this.#options;
    this.#speeches = await Promise.all(scenario.say.map(async (wav) => withoutEnd(await loadSpeech({ wav }))));
    for (let index = first; index < first + count; index++) {
      const isFaulty = isAmong(index, scenario.faulty);
      const device = await startSimDevice({
        name: fleetName(index),
        host,
        port: basePort === 0 ? 0 : basePort + index,
        protocol: scenario.protocol,
        microphone: scenario.microphone,
        loudspeaker: 'durations',
        keepAlive: null,
        messageLog: 0,
        ...(isFaulty && parseFaults(scenario.faults)),
      });
      if (isFaulty) this.#faulty.add(device);
      this.#devices.push(device);
    }
    return this.#devices.map(({ port }) => port);
  }

  /** Devices with a link. */
  get connected(): number {
    return this.#devices.filter(({ openSockets }) => openSockets > 0).length;
  }

  get progress(): { readonly connected: number; readonly asked: number; readonly answered: number } {
    return { connected: this.connected, asked: this.#asked, answered: this.#answered };
  }

  /** Has the users talk for as long as the scenario says; what they have asked by then is answered first. */
  async talk(): Promise<void> {
    const { scenario, first } = this.#options;
    const talkers = this.#devices.filter((_, index) => isAmong(first + index + 1, scenario.talkers));
    const over = sleep(scenario.seconds * 1000).then(() => {
      this.#isOver = true;
    });
    await Promise.all([over, ...talkers.map((device, index) => this.#converse(device, index))]);
  }

  results(): FleetResults {
    const steady = this.#devices.filter((device) => !this.#faulty.has(device));
    const connections: Record<number, number> = {};
    for (const device of steady) connections[device.connections] = (connections[device.connections] ?? 0) + 1;
    const complaints = { ...this.#complaints };
    for (const text of this.#devices.flatMap(({ violations }) => violations))
      complaints[text] = (complaints[text] ?? 0) + 1;
    const sum = (of: (device: SimDevice) => number): number =>
      this.#devices.reduce((total, device) => total + of(device), 0);
    return {
      steady: { connections, mostSockets: Math.max(0, ...steady.map(({ maxOpenSockets }) => maxOpenSockets)) },
      devices: this.#devices.length,
      asked: this.#asked,
      answered: this.#answered,
      latenciesMs: this.#latenciesMs,
      frames: sum((device) => device.health().counters.audio_frames_received),
      lateFrames: sum(({ speaker }) => speaker.frames.late),
      droppedFrames: sum(({ speaker }) => speaker.frames.dropped),
      underruns: sum(({ speaker }) => speaker.underruns),
      complaints,
    };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#devices.map((device) => device.stop()));
  }

  async #converse(device: SimDevice, index: number): Promise<void> {
    const [from, to] = this.#options.scenario.pause_s;
    const pause = () => sleep((from + this.#random() * (to - from)) * 1000);
    // Not all in the same second.
    await sleep(this.#random() * to * 1000);
    for (let turn = index; !this.#isOver; turn++) {
      const speech = this.#speeches[turn % this.#speeches.length];
      if (speech && device.openSockets > 0) await this.#ask(device, speech);
      await pause();
    }
  }

  async #ask(device: SimDevice, speech: Speech): Promise<void> {
    const isFaulty = this.#faulty.has(device);
    if (!isFaulty) this.#asked++;
    try {
      const { endedAt } = await device.say(speech);
      const { firstAudioAt, errors } = await device.waitForReply({ timeoutMs: REPLY_TIMEOUT_MS });
      if (isFaulty) return;
      if (firstAudioAt === undefined || errors.length > 0) {
        this.#complain(errors[0] ? `the backend reports ${errors[0].code}` : 'an answer without audio');
        return;
      }
      this.#answered++;
      this.#latenciesMs.push(firstAudioAt - endedAt);
    } catch (error) {
      if (!(error instanceof SimError)) throw error;
      if (!isFaulty)
        this.#complain(error.code === 'timeout' ? `no answer within ${REPLY_TIMEOUT_MS / 1000} s` : error.message);
    }
    await device.speaker.idle();
  }

  #complain(text: string): void {
    this.#complaints[text] = (this.#complaints[text] ?? 0) + 1;
  }
}

/** Name of a device by its number in the fleet. */
export function fleetName(index: number): string {
  return `fleet ${index}`;
}

/** Spreads a share evenly over the numbers of a fleet. */
function isAmong(index: number, share: number): boolean {
  return Math.floor((index + 1) * share) > Math.floor(index * share);
}

/** Latency counts from the last word, not from the silence that a recording has behind it. */
function withoutEnd(speech: Speech): Speech {
  const step = speech.sampleRate / 100;
  let end = speech.samples.length;
  while (end > step && rms(speech.samples.subarray(end - step, end)) < SILENCE_RMS) end -= step;
  return { ...speech, samples: speech.samples.slice(0, end) };
}
