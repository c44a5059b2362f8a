import { HEARING_RATE } from '#src/audio/rates';
import { type SimDevice, SimError } from '../../../device-sim/device/sim-device.ts';
import { loadSpeech, type SpeechSource } from '../../../device-sim/mic/speech.ts';
import { demoSample } from '../audio/demo-samples.ts';
import { whiteNoise } from '../audio/white-noise.ts';
import { simDevice, startBackend, type TestBackend } from '../backend.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { ScenarioLlm } from './scenario-llm.ts';
import { type Performance, type RestResult, StepFault, type StepTimes, toRestResult } from './scenario-performance.ts';
import type { LlmScript, Scenario, ScenarioAction } from './scenario-schema.ts';
import { toLines } from './scenario-wire.ts';

const NAME = 'stage';
const USUAL_PAUSE_MS = 300;
const PATIENCE_MS = 30_000;
const CALM_MS = 700;
/** What is softer is the silence behind a recording. */
const AUDIBLE = 1_000;
/** How often the stage looks. */
const LOOK_MS = 10;

/** Plays a scenario with a simulated device on a real socket, the real recogniser and voice, in virtual time. */
export async function playOnDevice(scenario: Scenario, llm: LlmScript | undefined): Promise<Performance> {
  const stage = await DeviceStage.open(scenario, llm);
  const times: StepTimes[] = [];
  let broken: Performance['broken'];
  try {
    for (const { action } of scenario.steps) times.push(await stage.carryOut(action));
    await stage.untilCalm();
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    broken = { step: times.length, text: error.message };
  }
  return { ...stage.performance(), steps: times, broken };
}

class DeviceStage {
  readonly #time: VirtualTime;
  readonly #device: SimDevice;
  readonly #backend: TestBackend;
  readonly #rest: (RestResult | 'pending')[] = [];
  #repliesBefore = 0;

  static async open({ device: entry, echo }: Scenario, llm: LlmScript | undefined): Promise<DeviceStage> {
    const time = new VirtualTime();
    const device = await simDevice({
      name: NAME,
      clock: time.clock,
      protocol: entry.protocol === 'pcm' ? 'pcm' : 'realtime',
      ...(echo && { echo: { gainDb: echo.gain_db, delayMs: echo.delay_ms } }),
    });
    const backend = await startBackend([device], {
      time,
      entries: { [NAME]: entry },
      ...(llm && { llm: new ScenarioLlm(time.clock, llm) }),
    });
    await time.during(device.waitForConnection());
    return new DeviceStage(time, device, backend);
  }

  private constructor(time: VirtualTime, device: SimDevice, backend: TestBackend) {
    this.#time = time;
    this.#device = device;
    this.#backend = backend;
  }

  async carryOut(action: ScenarioAction): Promise<StepTimes> {
    await this.#waitFor(action);
    this.#repliesBefore = this.#repliesStarted;
    const now = this.#now;
    return (await this.#do(action)) ?? { startedAtMs: now, saidUntilMs: now };
  }

  async untilCalm(): Promise<void> {
    const { fleet } = this.#backend.app;
    let calmSinceMs: number | undefined;
    await this.#until(() => {
      const calm = fleet.get(NAME)?.activity === 'idle' && this.#device.speaker.aheadMs === 0;
      calmSinceMs = calm ? (calmSinceMs ?? this.#now) : undefined;
      return calmSinceMs !== undefined && this.#now - calmSinceMs >= CALM_MS;
    }, 'the conversation did not come to its end');
  }

  performance(): Omit<Performance, 'steps' | 'broken'> {
    return { told: toLines(this.#device.messages), turns: this.#backend.all('turn.ended'), rest: this.#rest };
  }

  get #now(): number {
    return this.#time.clock.now();
  }

  get #repliesStarted(): number {
    return toLines(this.#device.messages).filter(({ what }) => what === 'reply_started').length;
  }

  /** When the first audio of the newest answer came, while it sounds. */
  get #soundsFromMs(): number | undefined {
    if (this.#device.speaker.aheadMs === 0) return undefined;
    const told = toLines(this.#device.messages);
    const begun = told.findLastIndex(({ what }) => what === 'reply_started');
    return begun < 0 ? undefined : told.slice(begun).find(({ what }) => what === 'play')?.atMs;
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    for (const since = this.#now; !isTrue(); await this.#time.pass(LOOK_MS)) {
      if (this.#now - since > PATIENCE_MS) throw new StepFault(`${what} within ${PATIENCE_MS / 1000} s`);
    }
  }

  async #waitFor(action: ScenarioAction): Promise<void> {
    if (action.name === 'silence' || action.name === 'gap') return;
    const { after_ms, after_answer_ms, over_answer_at_ms } = action;
    if (over_answer_at_ms !== undefined) {
      await this.#until(() => this.#soundsFromMs !== undefined, 'no answer began to sound');
      await this.#time.pass((this.#soundsFromMs ?? 0) + over_answer_at_ms - this.#now);
    } else if (after_answer_ms !== undefined) {
      await this.#until(() => this.#repliesStarted > this.#repliesBefore, 'no answer came');
      await this.untilCalm();
      await this.#time.pass(after_answer_ms);
    } else {
      await this.#time.pass(after_ms ?? USUAL_PAUSE_MS);
    }
  }

  async #do(action: ScenarioAction): Promise<StepTimes | undefined> {
    const { fleet } = this.#backend.app;
    switch (action.name) {
      case 'say':
        return this.#say(action.sample ? demoSample(action.sample) : { text: action.text ?? '' });
      case 'noise':
        return this.#say({
          name: 'noise',
          samples: whiteNoise((action.ms * HEARING_RATE) / 1_000),
          sampleRate: HEARING_RATE,
        });
      case 'silence':
        await this.#time.pass(action.ms);
        return undefined;
      case 'gap':
        this.#device.freeze();
        await this.#time.pass(action.ms);
        this.#device.thaw();
        return undefined;
      case 'press':
        this.#device.press();
        return undefined;
      case 'release':
        this.#device.release();
        return undefined;
      case 'disconnect':
        this.#device.terminate();
        return undefined;
      case 'reconnect':
        await this.#time.during(this.#device.waitForConnection()).catch((error: unknown) => {
          throw error instanceof SimError ? new StepFault(error.message) : error;
        });
        return undefined;
      case 'rest_say':
        this.#note(
          fleet.say(NAME, { text: action.text, interrupt: action.interrupt, listenAfter: action.listen_after }),
        );
        return undefined;
      case 'rest_ask':
        this.#note(fleet.ask(NAME, { text: action.text, timeoutMs: action.timeout_ms }));
        return undefined;
      case 'interrupt':
        this.#note(fleet.interrupt(NAME));
        return undefined;
      case 'listen':
        this.#note(fleet.listen(NAME));
        return undefined;
    }
  }

  async #say(source: SpeechSource): Promise<StepTimes> {
    const speech = await loadSpeech(source);
    const { startedAt } = await this.#time.during(this.#device.say(speech));
    const spokenMs =
      ((speech.samples.findLastIndex((sample) => Math.abs(sample) > AUDIBLE) + 1) * 1000) / speech.sampleRate;
    return { startedAtMs: startedAt, saidUntilMs: startedAt + spokenMs };
  }

  #note(result: Parameters<typeof toRestResult>[0]): void {
    const place = this.#rest.push('pending') - 1;
    void toRestResult(result).then((settled) => {
      this.#rest[place] = settled;
    });
  }
}
