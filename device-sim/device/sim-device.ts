import type { OutgoingHttpHeaders } from 'node:http';
import { FaultTimers } from '../faults/fault-timers.ts';
import { loadSpeech, type SpeechSource } from '../mic/speech.ts';
import type { DeviceStatus, OutgoingMessage } from '../protocols/wire.ts';
import type { MessageMatch, ReceivedMessage } from './device-log.ts';
import { DeviceProgram } from './device-program.ts';
import { DeviceView } from './device-view.ts';
import type { SimDeviceOptions } from './options.ts';
import type { Reply } from './reply.ts';
import { resolveOptions, type SimSettings } from './settings.ts';
import { SimError } from './sim-error.ts';

export type { Speech, SpeechSource } from '../mic/speech.ts';
export type { ReceivedMessage } from './device-log.ts';
export type { SimDeviceOptions } from './options.ts';
export type { Reply } from './reply.ts';
export { SimError } from './sim-error.ts';

/** When a device said something, `Clock.now()` milliseconds. */
export interface Said {
  readonly name: string;
  readonly durationMs: number;
  readonly startedAt: number;
  /** When its last sample was sent. */
  readonly endedAt: number;
}

/** How long a test waits for something. */
interface Patience {
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Starts a simulated device: a WebSocket server that a backend dials, with a microphone and a loudspeaker. Resolves when it
 * listens. Throws DialtoneError `port_in_use`, SimError `unsupported` for options that contradict each other, and what `fs`
 * throws when the recording cannot be written.
 */
export async function startSimDevice(options: SimDeviceOptions = {}): Promise<SimDevice> {
  const device = new SimDevice(resolveOptions(options));
  await device.start();
  return device;
}

/** A simulated device, as the test or the program that scripts it sees it. Made by {@link startSimDevice}. */
export class SimDevice extends DeviceView {
  readonly #settings: SimSettings;
  readonly #program: DeviceProgram;
  readonly #faults: FaultTimers;

  constructor(settings: SimSettings) {
    const program = new DeviceProgram(settings);
    super(settings, program);
    this.#settings = settings;
    this.#program = program;
    const report = (text: string) => program.report({ type: 'fault', text });
    this.#faults = new FaultTimers(settings.faults, program, settings.clock, report);
  }

  /** Listens (again) with fresh codec state; `startSimDevice` has done it the first time. */
  async start(): Promise<void> {
    await this.#program.start();
    this.#faults.start();
  }

  /**
   * Speaks into the microphone, now, at the pace of speech; a question asked while another is spoken comes after it.
   * Resolves when the last sample was sent. Without a connection the words are lost. Answers that ended before are forgotten.
   */
  async say(source: SpeechSource): Promise<Said> {
    if (this.#settings.noAudio)
      throw new SimError('unsupported', `${this.name} has no microphone (noAudio): it cannot say anything.`);
    this.#mustRun();
    this.#program.replies.forgetUnclaimed();
    const speech = await loadSpeech(source);
    const speak = await this.#program.mic.prepare(speech);
    this.#mustRun();
    const durationMs = (speech.samples.length * 1000) / speech.sampleRate;
    this.#program.report({ type: 'saying', what: speech.name, durationMs });
    const { startedAt, endedAt } = await speak();
    this.#program.report({ type: 'said', what: speech.name });
    const { toProgram } = this.#settings.audioClock;
    return { name: speech.name, durationMs, startedAt: toProgram(startedAt), endedAt: toProgram(endedAt) };
  }

  /**
   * The next answer to end (realtime: `response.audio.done`; pcm: `speaking` false), or one that has ended since the last
   * `say` began and was not asked for. Rejects with SimError `timeout`, saying what came instead.
   */
  waitForReply({ timeoutMs = DEFAULT_TIMEOUT_MS }: Patience = {}): Promise<Reply> {
    return this.#program.replies.wait(timeoutMs);
  }

  /** Resolves when a backend is connected: at once when one is. Rejects with SimError `timeout`. */
  async waitForConnection({ timeoutMs = DEFAULT_TIMEOUT_MS }: Patience = {}): Promise<void> {
    if (this.openSockets > 0) return;
    await this.#program.connectionWaiters.wait(timeoutMs, () => `no backend connected to ${this.name} at ${this.url}`);
  }

  /** The next message of this type, or for which `match` is true. Rejects with SimError `timeout`. */
  waitForMessage(match: MessageMatch, { timeoutMs = DEFAULT_TIMEOUT_MS }: Patience = {}): Promise<ReceivedMessage> {
    return this.#program.log.wait(match, timeoutMs);
  }

  /** Presses the button (`pcm`). Throws SimError `unsupported` where the protocol has none. */
  press(): void {
    this.#sendOwn(this.#settings.wire.button('press'), 'a button');
  }

  /** Lets the button go (`pcm`). */
  release(): void {
    this.#sendOwn(this.#settings.wire.button('release'), 'a button');
  }

  /** Sends a `client_status` (`pcm`). */
  sendStatus(status: Partial<DeviceStatus> = {}): void {
    const uptimeMs = Math.round(this.#settings.clock.now());
    const full = { uptimeMs, heapFreeBytes: 50_123, wifiRssiDbm: -61, ...status };
    this.#sendOwn(this.#settings.wire.status(full), 'a status message');
  }

  /** Sends anything to every backend connected, for bad-input tests: strings as texts, bytes as binary messages. */
  sendRaw(message: OutgoingMessage): void {
    this.#program.sendToAll(message);
  }

  /** Closes every connection with a close frame. Default 1000. */
  dropConnection(code = 1000, reason = ''): void {
    for (const link of this.#program.backends.open) link.close(code, reason);
  }

  /** Ends every connection without a close frame. */
  terminate(): void {
    for (const link of this.#program.backends.open) link.terminate();
  }

  /** Answers handshakes with this HTTP status from now on, until {@link accept}. Open connections stay. */
  refuse(status: number, headers: OutgoingHttpHeaders = {}): void {
    this.#program.links.refuse(status, headers);
  }

  /** Accepts connections again after {@link refuse}. */
  accept(): void {
    this.#program.links.accept();
  }

  /** Loses its links without a word; their sockets stay open, and it waits for another. */
  forgetLinks(): void {
    this.#program.forgetLinks();
  }

  /** Wi-Fi is gone: nothing passes in either direction until {@link endGap}, then everything at once. */
  beginGap(): void {
    this.#program.beginGap();
  }

  endGap(): void {
    this.#program.endGap();
  }

  /** Hangs: reads nothing, sends nothing, answers no ping and no handshake, until {@link thaw}. Its sockets stay open. */
  freeze(): void {
    this.#program.freeze();
  }

  thaw(): void {
    this.#program.thaw();
  }

  /** Ends the device's program: connections are closed with 1001, the port is free, the recording is complete. */
  stop(): Promise<void> {
    this.#faults.stop();
    return this.#program.stop();
  }

  /** Stops and starts on the same port, as after a power cut: the codec begins anew. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #mustRun(): void {
    if (!this.#program.running)
      throw new SimError('stopped', `${this.name} is stopped: start() it before it says anything.`);
  }

  #sendOwn(text: string | undefined, what: string): void {
    if (text === undefined) throw new SimError('unsupported', `A ${this.#settings.protocol} device has not ${what}.`);
    this.#program.sendToAll(text);
  }
}
