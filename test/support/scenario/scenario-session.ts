import type { ManualClock } from '#src/core/manual-clock';
import type { DeviceCommand } from '#src/protocols/protocol';
import { FakeSession } from '../conversation/conversation-rig.ts';
import type { ScenarioWords } from './scenario-words.ts';

/** How the protocols play, and what their devices can do. */
const KINDS = {
  realtime: {
    playback: { sampleRate: 24_000, frameMs: 80, aheadMs: 320, trailingSilenceMs: 80 },
    abilities: { playTone: false, setVolume: false },
  },
  pcm: {
    playback: { sampleRate: 16_000, frameMs: 40, aheadMs: 200, trailingSilenceMs: 0 },
    abilities: { playTone: true, setVolume: true },
  },
};

/** Hz of what a device of this kind plays. */
export const playbackRate = (kind: keyof typeof KINDS): number => KINDS[kind].playback.sampleRate;

interface Sounding {
  readonly startMs: number;
  samples: Int16Array;
}

/** A loudspeaker that plays one frame after another, until it is told to be silent. */
class VirtualLoudspeaker {
  readonly #sampleRate: number;
  readonly #sounds: Sounding[] = [];
  #endMs = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** When it will have played everything. */
  get endMs(): number {
    return this.#endMs;
  }

  play(samples: Int16Array, nowMs: number): void {
    const startMs = Math.max(this.#endMs, nowMs);
    this.#sounds.push({ startMs, samples });
    this.#endMs = startMs + (samples.length * 1000) / this.#sampleRate;
  }

  flush(nowMs: number): void {
    for (const sound of this.#sounds) {
      const soundedMs = Math.max(0, nowMs - sound.startMs);
      sound.samples = sound.samples.subarray(0, Math.round((soundedMs * this.#sampleRate) / 1000));
    }
    this.#endMs = Math.min(this.#endMs, nowMs);
  }

  /** The sample that sounds at this moment. */
  at(ms: number): number {
    const sound = this.#sounds.findLast(({ startMs }) => startMs <= ms);
    return sound?.samples[Math.floor(((ms - sound.startMs) * this.#sampleRate) / 1000)] ?? 0;
  }

  /** The words that sounded from their beginning to their end until now; one that was said again counts once. */
  words(words: ScenarioWords, nowMs: number): string[] {
    const said = new Map<number, string>();
    let run = { value: 0, samples: 0 };
    let endMs = 0;
    for (const { startMs, samples } of this.#sounds) {
      if (startMs > endMs + 1) run = { value: 0, samples: 0 };
      const soundedMs = nowMs - startMs;
      const sounded = samples.subarray(0, Math.max(0, Math.round((soundedMs * this.#sampleRate) / 1000)));
      for (const value of sounded) {
        run = value === run.value ? { value, samples: run.samples + 1 } : { value, samples: 1 };
        const word = words.of(value);
        if (word && run.samples === (word.ms * this.#sampleRate) / 1000) said.set(value, word.text);
      }
      endMs = startMs + (samples.length * 1000) / this.#sampleRate;
    }
    return [...said.values()];
  }
}

/** A session with a loudspeaker: it knows what was really heard, and when an answer began to sound. */
export class ScenarioSession extends FakeSession {
  override readonly playback: FakeSession['playback'];
  override readonly abilities: FakeSession['abilities'];
  readonly speaker: VirtualLoudspeaker;
  /** When the first audio of the newest answer was sent; undefined before it. */
  answerSoundsFromMs: number | undefined;
  #isOver = true;
  readonly #time: ManualClock;

  constructor(clock: ManualClock, kind: keyof typeof KINDS) {
    super(clock);
    this.#time = clock;
    this.playback = KINDS[kind].playback;
    this.abilities = KINDS[kind].abilities;
    this.speaker = new VirtualLoudspeaker(this.playback.sampleRate);
  }

  /** Whether an answer was begun and is still to be played to its end. */
  get isAnswering(): boolean {
    return this.answerSoundsFromMs !== undefined && !(this.#isOver && this.#time.now() >= this.speaker.endMs);
  }

  override send(command: DeviceCommand): void {
    super.send(command);
    if (command.type === 'reply_interrupted') this.speaker.flush(this.#time.now());
    if (command.type === 'reply_interrupted' || command.type === 'reply_done') this.#isOver = true;
    if (command.type !== 'reply_started') return;
    this.#isOver = false;
    this.answerSoundsFromMs = undefined;
  }

  override play(frame: Int16Array): void {
    super.play(frame);
    this.answerSoundsFromMs ??= this.#time.now();
    this.speaker.play(frame.slice(), this.#time.now());
  }
}
