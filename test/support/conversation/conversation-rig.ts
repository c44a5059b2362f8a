import { SharedPacer } from '#src/audio/pacer';
import { FRAME_MS } from '#src/audio/rates';
import { Conversation } from '#src/conversation/conversation';
import type { HistoryKeeping, TurnRecorder } from '#src/conversation/ports';
import type { Patience } from '#src/conversation/turn/turn-watchdog';
import { AsyncQueue } from '#src/core/async-queue';
import { ManualClock } from '#src/core/manual-clock';
import type { EngineSet } from '#src/engines/engine';
import { engineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm, LlmDelta, LlmOptions, LlmReply } from '#src/engines/llm';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '#src/engines/stt';
import type { PcmChunk, Tts, TtsOptions, TtsStream } from '#src/engines/tts';
import { type SpeechChecker, VAD_FRAME_SAMPLES, type Vad } from '#src/engines/vad';
import type { DeviceCommand, DeviceSession } from '#src/protocols/protocol';
import type { EventReport } from '#src/telemetry/events';
import { deviceConfig } from '../devices/devices.ts';

/** Hz of the fake session and the fake voice: the same, so that samples arrive as they were made. */
const RATE = 24_000;
/** The fake voice says each word in this time, milliseconds. */
export const WORD_MS = 200;

const aborted = () => new DOMException('The call was aborted.', 'AbortError');

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Takes any frame that is not all zeros for speech. */
class FakeVad implements Vad {
  asked = 0;
  resets = 0;
  freed = 0;

  isSpeech(frame: Int16Array): boolean {
    this.asked += 1;
    return frame.some((sample) => sample !== 0);
  }

  reset(): void {
    this.resets += 1;
  }

  free(): void {
    this.freed += 1;
  }
}

/** One utterance of the fake recogniser: the test says what it recognises. */
class FakeUtterance implements SttStream {
  readonly engine = 'fake-stt';
  readonly capabilities: SttCapabilities;
  readonly options: SttOptions;
  /** The first sample of every frame written. */
  readonly written: number[] = [];
  ended = false;
  readonly results = new AsyncQueue<SttResult>();
  readonly #auto: string | undefined;

  constructor(options: SttOptions, { auto, stubborn, hasPartials }: FakeStt) {
    this.options = options;
    this.capabilities = { partials: hasPartials, wordTimings: false };
    this.#auto = auto;
    if (!stubborn) options.signal.addEventListener('abort', () => this.results.end());
  }

  write(samples: Int16Array): void {
    this.written.push(samples[0] ?? 0);
  }

  end(): void {
    this.ended = true;
    if (this.#auto !== undefined) this.final(this.#auto);
  }

  partial(text: string, endpoint = false): void {
    this.results.push({ type: 'partial', text, endpoint });
  }

  final(text: string): void {
    this.results.push({ type: 'final', text });
    this.results.end();
  }
}

export class FakeStt implements Stt {
  readonly id = 'fake-stt';
  /** Of the utterances that are opened from now on. */
  hasPartials = true;
  /** What it recognises by itself when an utterance ends; undefined: the test says. */
  auto: string | undefined = 'hello there';
  /** Goes on although it was told to stop. */
  stubborn = false;
  readonly utterances: FakeUtterance[] = [];

  open(options: SttOptions): FakeUtterance {
    const utterance = new FakeUtterance(options, this);
    this.utterances.push(utterance);
    return utterance;
  }

  async close(): Promise<void> {}
}

/** One reply of the fake language model. */
interface FakeLlmCall {
  readonly messages: readonly ChatMessage[];
  readonly signal: AbortSignal;
  readonly out: AsyncQueue<LlmDelta>;
  /** Writes these tokens. */
  write(...tokens: string[]): void;
}

export class FakeLlm implements Llm {
  readonly id = 'fake-llm';
  /** Tokens of every reply; undefined: the test says. */
  auto: readonly string[] | undefined = ['Fine', ' thanks.'];
  /** Goes on although it was told to stop. */
  stubborn = false;
  readonly calls: FakeLlmCall[] = [];

  reply(messages: readonly ChatMessage[], { signal }: LlmOptions): LlmReply {
    const out = new AsyncQueue<LlmDelta>();
    const write = (...tokens: string[]) => {
      for (const text of tokens) out.push({ type: 'token', text });
    };
    this.calls.push({ messages: [...messages], signal, out, write });
    if (!this.stubborn) signal.addEventListener('abort', () => out.fail(aborted()));
    if (this.auto) {
      write(...this.auto);
      out.end();
    }
    return engineCall(out, this.id, { images: false, tools: true });
  }

  async close(): Promise<void> {}
}

type Speak = (text: string, options: TtsOptions) => AsyncIterable<PcmChunk>;

/** Says each word as {@link WORD_MS} of one value: 1000 for the first sentence of its life, 2000 for the second, … */
export class FakeTts implements Tts {
  readonly id = 'fake-tts';
  /** Whether it says that it tells where its words are. */
  wordTimings = true;
  /** How the next sentences are said; when none are left, as usual. */
  readonly script: Speak[] = [];
  readonly said: { readonly text: string; readonly voice: string; readonly language: string | undefined }[] = [];

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream {
    return engineCall(this.#speak(text, options), this.id, { streamingText: false, wordTimings: this.wordTimings });
  }

  async *#speak(text: AsyncIterable<string>, options: TtsOptions): AsyncGenerator<PcmChunk> {
    for await (const sentence of text) {
      this.said.push({ text: sentence, voice: options.voice, language: options.language });
      const speak = this.script.shift() ?? ((words) => this.words(words));
      yield* speak(sentence, options);
    }
  }

  /** The words as one chunk, each with its place. */
  async *words(text: string): AsyncGenerator<PcmChunk> {
    const words = text.split(' ').map((word, index) => ({ text: word, atSample: (index * WORD_MS * RATE) / 1000 }));
    yield { ...this.silentAboutWords((words.length * WORD_MS * RATE) / 1000), words };
  }

  silentAboutWords(samples: number): PcmChunk {
    return { sampleRate: RATE, samples: new Int16Array(samples).fill(1_000 * this.said.length) };
  }

  async close(): Promise<void> {}
}

/** One thing that a session was told. */
export interface Told {
  readonly atMs: number;
  readonly what: DeviceCommand | { readonly type: 'prepare' } | { readonly type: 'play'; readonly frame: Int16Array };
}

const RARE: ReadonlySet<DeviceCommand['type']> = new Set(['listen', 'conversation_over', 'reply_sentence']);

/** A session that only remembers. Its format is that of the realtime protocol. */
export class FakeSession implements DeviceSession {
  readonly abilities = { playTone: false, setVolume: false };
  readonly playback = { sampleRate: RATE, frameMs: 80, aheadMs: 320, trailingSilenceMs: 80 };
  readonly told: Told[] = [];
  /** Commands that are no part of `told`. */
  readonly rare: DeviceCommand[] = [];
  unsentMs = 0;
  /** What `prepareToPlay` rejects with. */
  prepareError: Error | undefined;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  receiveText(): void {}
  receiveBinary(): void {}
  close(): void {}

  send(command: DeviceCommand): void {
    // Only devices with a screen or a microphone of their own are told of these: see `rare`.
    if (RARE.has(command.type)) this.rare.push(command);
    else this.#note(command);
  }

  async prepareToPlay(): Promise<void> {
    this.#note({ type: 'prepare' });
    if (this.prepareError) throw this.prepareError;
  }

  play(frame: Int16Array): void {
    this.#note({ type: 'play', frame: frame.slice() });
  }

  #note(what: Told['what']): void {
    this.told.push({ atMs: this.#clock.now(), what });
  }

  /** Everything told so far in a line each, a run of frames as one, and forgets it. */
  take(): string[] {
    return inLines(this.told.splice(0));
  }

  /** Every frame so far. */
  get frames(): { readonly atMs: number; readonly frame: Int16Array }[] {
    return this.told.flatMap(({ atMs, what }) => (what.type === 'play' ? [{ atMs, frame: what.frame }] : []));
  }

  /** Commands of one type. */
  sent<T extends DeviceCommand['type']>(type: T): Extract<DeviceCommand, { type: T }>[] {
    return this.told.flatMap(({ what }) => (what.type === type ? [what as never] : []));
  }
}

function inLines(told: readonly Told[]): string[] {
  const lines: string[] = [];
  for (const { what } of told) {
    const { type, ...fields } = what;
    const values = Object.values(fields).map((value) => (typeof value === 'string' ? JSON.stringify(value) : value));
    const line = type === 'play' ? 'play' : [type, ...values].join(' ');
    if (line !== 'play' || lines.at(-1) !== 'play') lines.push(line);
  }
  return lines;
}

/** Options of {@link ConversationRig}. */
export interface RigOptions {
  /** As in devices.json. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** False for a recogniser that says nothing before the end. */
  readonly hasPartials?: boolean;
  /** As in {@link ConversationDeps}. */
  readonly preemptive?: boolean;
  /** Other engines than the rig's own, on its clock. */
  readonly engines?: (clock: ManualClock) => EngineSet;
  /** The conversation has released its engines. */
  readonly onReleased?: () => void;
  /** Another session at every attachment. */
  readonly session?: (clock: ManualClock) => FakeSession;
  /** As in {@link ConversationDeps}. */
  readonly checker?: SpeechChecker;
  /** As in {@link ConversationDeps}. */
  readonly patience?: Patience;
  /** As in {@link ConversationDeps}. */
  readonly history?: HistoryKeeping;
  /** Records the turns, on the rig's clock. */
  readonly recorder?: (clock: ManualClock) => TurnRecorder;
}

/** A device that speaks only when it is spoken to. */
export const QUIET = { greeting: false, long_silence: false, idle_timeout: false };

/** A conversation in virtual time, with engines and a device that do what the test says. */
export class ConversationRig {
  readonly clock = new ManualClock();
  readonly stt = new FakeStt();
  readonly llm = new FakeLlm();
  readonly tts = new FakeTts();
  readonly vad = new FakeVad();
  readonly events: EventReport[] = [];
  readonly conversation: Conversation;
  /** The engines that the registry gives: another set applies from the next turn. */
  engines: EngineSet;
  session: FakeSession;
  readonly #createSession: () => FakeSession;

  constructor(options: RigOptions = {}) {
    this.stt.hasPartials = options.hasPartials ?? true;
    this.engines = options.engines?.(this.clock) ?? { stt: this.stt, llm: this.llm, tts: this.tts };
    this.conversation = new Conversation(deviceConfig({ ...QUIET, ...options.entry }), {
      clock: this.clock,
      pacer: new SharedPacer(this.clock),
      report: (event) => this.events.push(event),
      engines: { for: () => this.engines, release: () => options.onReleased?.() },
      vad: this.vad,
      checker: options.checker,
      ...(options.preemptive === undefined ? {} : { preemptive: options.preemptive }),
      ...(options.patience === undefined ? {} : { patience: options.patience }),
      ...(options.history === undefined ? {} : { history: options.history }),
      ...(options.recorder === undefined ? {} : { recorder: options.recorder(this.clock) }),
      prompts: { render: (instructions) => ('text' in instructions ? instructions.text : 'Be kind.') },
    });
    this.#createSession = () => options.session?.(this.clock) ?? new FakeSession(this.clock);
    this.session = this.#createSession();
    this.conversation.attach(this.session);
  }

  /** The line comes back. */
  reattach(): void {
    this.session = this.#createSession();
    this.conversation.attach(this.session);
  }

  /** Time passes; the microphone sends nothing. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= FRAME_MS) {
      this.clock.advance(Math.min(FRAME_MS, left));
      await settle();
    }
  }

  /** The microphone sends frames of one value for so long, each at its time: 0 is silence, all else is speech. */
  async hear(value: number, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= FRAME_MS) {
      this.clock.advance(FRAME_MS);
      this.conversation.audio(new Int16Array(VAD_FRAME_SAMPLES).fill(value), this.clock.now());
      await settle();
    }
  }

  /** The user says something and waits until that was noticed. */
  async ask(text = 'hello there'): Promise<void> {
    await this.hear(500, 400);
    this.stt.utterances.at(-1)?.partial(text);
    await settle();
    await this.hear(0, 500);
  }

  /** Has another turn, with engines that work, and tells what the language model was shown of the conversation. */
  async nextTurn(): Promise<string[]> {
    this.stt.auto = 'and now';
    this.llm.auto = ['Now it works.'];
    await this.pass(3_000);
    await this.ask('and now');
    await this.pass(3_000);
    const ended = this.all('turn.ended').at(-1);
    if (ended?.answer !== 'Now it works.') throw new Error(`the next turn failed: ${JSON.stringify(ended)}`);
    return (this.llm.calls.at(-1)?.messages ?? []).slice(1).map(({ role, content }) => `${role}: ${content}`);
  }

  /** The reports of one type. */
  all<T extends EventReport['type']>(type: T): Extract<EventReport, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as never;
  }
}
