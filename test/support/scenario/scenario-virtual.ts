import { FRAME_MS } from '#src/audio/rates';
import type { HistoryEntry } from '#src/conversation/ports';
import { ConversationRig, type Told } from '../conversation/conversation-rig.ts';
import { ScenarioLlm } from './scenario-llm.ts';
import {
  type Performance,
  type RestResult,
  StepFault,
  type StepTimes,
  type ToldLine,
  toRestResult,
} from './scenario-performance.ts';
import type { FakeEngines, Scenario, ScenarioAction } from './scenario-schema.ts';
import { playbackRate, ScenarioSession } from './scenario-session.ts';
import { ScenarioStt } from './scenario-stt.ts';
import { ScenarioTts } from './scenario-tts.ts';
import { NOISE, ScenarioWords } from './scenario-words.ts';

/** Between two steps, unless a scenario says otherwise. */
const USUAL_PAUSE_MS = 300;
/** So long an answer is waited for. */
const PATIENCE_MS = 60_000;
/** A scenario is over when nothing has happened for so long. */
const CALM_MS = 1_000;

/** Plays a scenario in virtual time: a microphone, a loudspeaker and engines that do what it says. */
export async function playVirtually(scenario: Scenario, engines: FakeEngines): Promise<Performance> {
  const stage = new VirtualStage(scenario, engines);
  const times: StepTimes[] = [];
  let broken: Performance['broken'];
  try {
    for (const { action } of scenario.steps) times.push(await stage.carryOut(action));
    await stage.finish();
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    broken = { step: times.length, text: error.message };
  }
  return { ...stage.performance(), steps: times, broken };
}

class VirtualStage {
  readonly #scenario: Scenario;
  readonly #words = new ScenarioWords();
  readonly #rig: ConversationRig;
  readonly #sessions: ScenarioSession[] = [];
  #llm: ScenarioLlm | undefined;
  #stt: ScenarioStt | undefined;
  #history: readonly HistoryEntry[] = [];
  #isConnected = true;
  /** Frames held up by the network; undefined: it flows. */
  #heldUp: number[] | undefined;
  #wasAnswering = false;
  #repliesBefore = 0;
  readonly #rest: (RestResult | 'pending')[] = [];

  constructor(scenario: Scenario, engines: FakeEngines) {
    this.#scenario = scenario;
    const kind = scenario.device.protocol === 'pcm' ? 'pcm' : 'realtime';
    this.#rig = new ConversationRig({
      entry: scenario.device,
      engines: (clock) => {
        const llm = new ScenarioLlm(clock, engines.llm);
        const stt = new ScenarioStt(clock, this.#words, engines.stt);
        this.#llm = llm;
        this.#stt = stt;
        return { llm, stt, tts: new ScenarioTts(clock, this.#words, engines.tts, playbackRate(kind)) };
      },
      session: (clock) => {
        const session = new ScenarioSession(clock, kind);
        this.#sessions.push(session);
        return session;
      },
      history: {
        store: { load: () => [], save: (_, entries) => this.#keep(entries) },
        maxTokens: 3_000,
        maxMessages: 40,
      },
    });
  }

  async carryOut(action: ScenarioAction): Promise<StepTimes> {
    await this.#waitFor(action);
    const startedAtMs = this.#now;
    this.#wasAnswering = this.#session.isAnswering;
    this.#repliesBefore = this.#repliesStarted;
    await this.#do(action);
    const spoke = action.name === 'say' || action.name === 'noise';
    return { startedAtMs, saidUntilMs: spoke ? this.#now : startedAtMs };
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    let calmMs = 0;
    for (let waited = 0; calmMs < CALM_MS; waited += FRAME_MS) {
      if (waited > PATIENCE_MS) throw new StepFault(`the conversation is still ${this.#rig.conversation.activity}`);
      await this.#tick(0);
      calmMs = this.#isCalm ? calmMs + FRAME_MS : 0;
    }
  }

  performance(): Omit<Performance, 'steps' | 'broken'> {
    const { calls } = this.#llm ?? { calls: [] };
    return {
      told: this.#sessions.flatMap((session, line) => session.told.map((told) => toLine(told, line))),
      turns: this.#rig.all('turn.ended'),
      rest: this.#rest,
      inside: {
        history: this.#history,
        played: this.#sessions.flatMap(({ speaker }) => speaker.words(this.#words, this.#now)).join(' '),
        llmCalls: { total: calls.length, cancelled: calls.filter(({ state }) => state === 'cancelled').length },
        utterances: this.#stt?.opened ?? 0,
        firstWordsAtMs: this.#stt?.firstWordsAtMs ?? [],
      },
    };
  }

  #keep(history: readonly HistoryEntry[]): void {
    this.#history = history;
  }

  get #now(): number {
    return this.#rig.clock.now();
  }

  get #session(): ScenarioSession {
    const { session } = this.#rig;
    if (session instanceof ScenarioSession) return session;
    throw new Error('the rig was to attach the sessions of the scenario');
  }

  get #isCalm(): boolean {
    return this.#rig.conversation.activity === 'idle' && this.#now >= this.#session.speaker.endMs;
  }

  get #repliesStarted(): number {
    return this.#sessions.reduce((sum, session) => sum + session.sent('reply_started').length, 0);
  }

  /** The microphone hears this for 20 ms; undefined: it sends nothing. */
  async #tick(value: number | undefined): Promise<void> {
    const heard = value === 0 ? this.#echo() : value;
    if (heard !== undefined) this.#heldUp?.push(heard);
    if (heard === undefined || this.#heldUp || !this.#isConnected) await this.#rig.pass(FRAME_MS);
    else await this.#rig.hear(heard, FRAME_MS);
  }

  /** What comes back of the loudspeaker while the user is silent. */
  #echo(): number {
    const { echo } = this.#scenario;
    if (!echo) return 0;
    return this.#words.echoOf(this.#session.speaker.at(this.#now - echo.delay_ms + FRAME_MS / 2), echo.gain_db);
  }

  async #hear(value: number | undefined, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= FRAME_MS) await this.#tick(value);
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    for (let waited = 0; !isTrue(); waited += FRAME_MS) {
      if (waited > PATIENCE_MS) throw new StepFault(`${what} within ${PATIENCE_MS / 1000} s`);
      await this.#tick(0);
    }
  }

  async #waitFor(action: ScenarioAction): Promise<void> {
    if (action.name === 'silence' || action.name === 'gap') return;
    const { after_ms, after_answer_ms, over_answer_at_ms } = action;
    if (over_answer_at_ms !== undefined) {
      await this.#untilAnswerSounds(over_answer_at_ms);
    } else if (after_answer_ms !== undefined) {
      await this.#until(() => this.#wasAnswering || this.#repliesStarted > this.#repliesBefore, 'no answer came');
      await this.#until(() => this.#isCalm, 'no answer came to its end');
      await this.#hear(0, after_answer_ms);
    } else {
      await this.#hear(0, after_ms ?? USUAL_PAUSE_MS);
    }
  }

  async #untilAnswerSounds(ms: number): Promise<void> {
    const soundsFor = () => (this.#session.isAnswering ? this.#now - (this.#session.answerSoundsFromMs ?? 0) : -1);
    if (soundsFor() > ms) throw new StepFault(`the answer has sounded for ${soundsFor()} ms already, not ${ms}`);
    await this.#until(() => soundsFor() >= 0, 'no answer began to sound');
    await this.#until(() => soundsFor() >= ms || soundsFor() < 0, '');
    if (soundsFor() < 0) throw new StepFault(`the answer was over before it had sounded for ${ms} ms`);
  }

  async #do(action: ScenarioAction): Promise<void> {
    const { conversation } = this.#rig;
    switch (action.name) {
      case 'say':
        return this.#say(action);
      case 'noise':
        return this.#hear(NOISE, action.ms);
      case 'silence':
        return this.#hear(0, action.ms);
      case 'gap':
        return this.#hear(undefined, action.ms);
      case 'press':
      case 'release':
        conversation.event({ type: 'speech_button', pressed: action.name === 'press' });
        return;
      case 'disconnect':
        this.#isConnected = false;
        conversation.detach();
        return;
      case 'reconnect':
        this.#isConnected = true;
        this.#rig.reattach();
        return;
      case 'rest_say': {
        const { text, interrupt, listen_after } = action;
        return this.#note(conversation.say({ text, interrupt, listenAfter: listen_after }));
      }
      case 'rest_ask':
        return this.#note(conversation.ask({ text: action.text, timeoutMs: action.timeout_ms }));
      case 'interrupt':
        return this.#note(conversation.interrupt());
      case 'listen':
        return this.#note(conversation.listen());
    }
  }

  #note(result: Parameters<typeof toRestResult>[0]): void {
    const place = this.#rest.push('pending') - 1;
    void toRestResult(result).then((settled) => {
      this.#rest[place] = settled;
    });
  }

  async #say(action: Extract<ScenarioAction, { name: 'say' }>): Promise<void> {
    const frames = this.#framesOf(action);
    const { wifi_gap } = action;
    for (const [index, value] of frames.entries()) {
      const atMs = index * FRAME_MS;
      if (wifi_gap && atMs >= wifi_gap.at_ms && atMs < wifi_gap.at_ms + wifi_gap.ms) this.#heldUp ??= [];
      else await this.#release();
      await this.#tick(value);
    }
    await this.#release();
  }

  /** What the network held up arrives in one go. */
  async #release(): Promise<void> {
    const frames = this.#heldUp ?? [];
    this.#heldUp = undefined;
    const nowMs = this.#rig.clock.now();
    for (const value of frames) this.#rig.conversation.audio(new Int16Array(320).fill(value), nowMs);
  }

  #framesOf({ text = '', pause_ms, word_ms, partials }: Extract<ScenarioAction, { name: 'say' }>): number[] {
    return text.split('|').flatMap((part, index) => {
      const words = part.split(/\s+/).filter((word) => word !== '');
      const spoken = words.flatMap((word) => {
        const value = this.#words.user({ text: word, ms: word_ms, partial: partials });
        return new Array<number>(Math.round(word_ms / FRAME_MS)).fill(value);
      });
      return [...spoken, ...new Array<number>(Math.round((pause_ms[index] ?? 0) / FRAME_MS)).fill(0)];
    });
  }
}

function toLine({ atMs, what }: Told, line: number): ToldLine {
  const { type, ...fields } = what;
  if (what.type === 'play') return { atMs, line, what: 'play' };
  const values = Object.values(fields).map((value) => (typeof value === 'string' ? JSON.stringify(value) : value));
  return { atMs, line, what: [type, ...values].join(' ') };
}
