import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../../core/clock.ts';
import { compiledEntry } from '../../core/compiled-entry.ts';
import { FrameWriter } from './frame-writer.ts';
import { HOST_PIPE_FD, type HostFailure, type ModelInfo, type ModelSpec } from './host-config.ts';
import { StderrTail } from './stderr-tail.ts';
import { FrameParser, FrameType } from './wire.ts';

const HEARTBEAT_MS = 1_000;
const MISSED_HEARTBEATS = 5;
const LOAD_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 2_000;
const KEPT_LINES = 6;
const FROM_OUTSIDE: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** Nothing else of the environment reaches the host: it needs no keys, and NODE_OPTIONS is not meant for it. */
const ENVIRONMENT = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'TZ'];

/** How a host ended. */
export interface HostExit {
  /** For people: how it ended, and the last it printed. */
  readonly reason: string;
  /** The last it printed; empty when that is nothing. */
  readonly printed: string;
  /** The slot of the model that it was loading. */
  readonly loading?: number | undefined;
  /** What it said itself before it ended. */
  readonly fatal?: HostFailure;
  /** It ended by itself or by its native code: not killed from outside, not for want of time. */
  readonly ownDoing: boolean;
}

/** What a host is run with. */
export interface HostChildOptions {
  readonly clock: Clock;
  readonly onLoaded: (slot: number, info: ModelInfo) => void;
  readonly onNotLoaded: (slot: number, why: HostFailure) => void;
  /** Something of an utterance or a sentence: see FrameType. The payload is good during the call only. */
  readonly onFrame: (type: number, id: number, payload: Buffer) => void;
  /** How much memory it takes, now and then while it loads nothing. */
  readonly onMemory?: (megabytes: number) => void;
  /** Called once; nothing is called after it. */
  readonly onExit: (exit: HostExit) => void;
  /** A line the host printed. */
  readonly onLog: (line: string) => void;
}

/** One child process: started, listened to, asked whether it is alive, and seen off. It is never restarted: see NativeHost. */
export class HostChild {
  readonly #options: HostChildOptions;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex | undefined;
  readonly #tail: StderrTail;
  readonly #parser = new FrameParser();
  readonly #writer = new FrameWriter();
  /** Slots of the models that are still to be loaded, in their order. */
  readonly #loading = new Set<number>();
  #fatal: HostFailure | undefined;
  #killedBecause: string | undefined;
  #timer: Timer | undefined;
  #killTimer: Timer | undefined;
  #missed = 0;
  #exited = false;
  /** Its end was told. */
  #told = false;
  readonly #whenExited: Promise<void>;

  constructor(options: HostChildOptions) {
    this.#options = options;
    this.#tail = new StderrTail(KEPT_LINES, options.onLog);
    const entry = fileURLToPath(compiledEntry(import.meta.url, './child/child-main.ts'));
    const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
    this.#child = spawn(process.execPath, [entry], {
      env,
      // Native code prints where it likes; both go to the log.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => this.#tail.push(text));
    }
    this.#whenExited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(`it could not be started: ${error.message}`, false, resolve));
      this.#child.once('close', (code, signal) => {
        const how = this.#killedBecause ?? (signal ? `it was ended by ${signal}` : `it exited with code ${code}`);
        this.#end(how, !FROM_OUTSIDE.has(signal) && this.#killedBecause === undefined, resolve);
      });
    });
    const pipe = this.#child.stdio[HOST_PIPE_FD];
    // Missing only when the process has no file descriptors left; 'error' then says so.
    this.#pipe = pipe instanceof Duplex ? pipe : undefined;
    this.#pipe?.on('error', () => {});
    // A host that exits closes its pipe first: its exit code gets the time to arrive.
    this.#pipe?.on('close', () => this.#killLater());
    this.#pipe?.on('data', (bytes: Buffer) => this.#receive(bytes));
    if (this.#pipe) this.#writer.attach(this.#pipe);
  }

  get pid(): number | undefined {
    return this.#exited ? undefined : this.#child.pid;
  }

  /** Has a model loaded behind those that were asked for before. The host is not asked whether it lives meanwhile. */
  load(slot: number, spec: ModelSpec): void {
    this.#loading.add(slot);
    this.#writer.write(FrameType.load, slot, Buffer.from(JSON.stringify(spec)));
    if (this.#loading.size === 1) this.#await();
  }

  /** Has a model forgotten. */
  unload(slot: number): void {
    this.#writer.write(FrameType.unload, slot);
  }

  /** Frames of a loaded model leave from now on. */
  attach(writer: FrameWriter): void {
    if (this.#pipe) writer.attach(this.#pipe);
  }

  /** Counts as gone at once; resolves when it is. */
  async retire(why: string): Promise<void> {
    this.#killedBecause ??= why;
    this.#tell(why, false);
    await this.close();
  }

  /** Closes the pipe, which ends the host; kills it when that takes too long. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#exited) return;
    this.#options.clock.clearTimer(this.#timer);
    this.#killedBecause ??= 'it was told to stop';
    this.#pipe?.end();
    this.#killLater();
    await this.#whenExited;
  }

  #receive(bytes: Buffer): void {
    if (this.#told) return;
    try {
      this.#parser.push(bytes, (type, stream, payload) => this.#frame(type, stream, payload));
    } catch (error) {
      this.#kill(String(error));
    }
  }

  #frame(type: number, id: number, payload: Buffer): void {
    if (type === FrameType.pong) {
      this.#missed = 0;
      if (this.#loading.size === 0) this.#options.onMemory?.(payload.readUInt32LE());
    } else if (type === FrameType.fatal) this.#fatal = JSON.parse(payload.toString('utf8')) as HostFailure;
    else if (type === FrameType.loaded || type === FrameType.not_loaded) {
      this.#loading.delete(id);
      this.#await();
      const said: unknown = JSON.parse(payload.toString('utf8'));
      if (type === FrameType.loaded) this.#options.onLoaded(id, said as ModelInfo);
      else this.#options.onNotLoaded(id, said as HostFailure);
    } else this.#options.onFrame(type, id, payload);
  }

  /** Waits for the next model to be loaded, or else asks whether the host is alive. */
  #await(): void {
    const { clock } = this.#options;
    clock.clearTimer(this.#timer);
    if (this.#told || this.#killedBecause !== undefined) return;
    this.#missed = 0;
    const tooLong = `the model did not load within ${LOAD_TIMEOUT_MS / 1_000} s`;
    if (this.#loading.size > 0) this.#timer = clock.setTimer(() => this.#kill(tooLong), LOAD_TIMEOUT_MS);
    else this.#heartbeat();
  }

  /** Counts beats, not time: a process that was itself asleep for long has asked only once. */
  #heartbeat(): void {
    if (this.#told || this.#killedBecause !== undefined) return;
    if (this.#missed >= MISSED_HEARTBEATS) {
      this.#kill(`it did not answer for ${(MISSED_HEARTBEATS * HEARTBEAT_MS) / 1_000} s`);
      return;
    }
    this.#missed++;
    this.#writer.write(FrameType.ping, 0);
    this.#timer = this.#options.clock.setTimer(() => this.#heartbeat(), HEARTBEAT_MS);
  }

  #kill(because: string): void {
    if (this.#exited) return;
    this.#killedBecause ??= because;
    this.#child.kill('SIGKILL');
  }

  #killLater(): void {
    if (this.#exited || this.#killTimer) return;
    this.#killTimer = this.#options.clock.setTimer(() => this.#child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  }

  #end(how: string, ownDoing: boolean, resolve: () => void): void {
    if (this.#exited) return;
    this.#exited = true;
    this.#options.clock.clearTimer(this.#killTimer);
    this.#pipe?.destroy();
    this.#tell(how, ownDoing);
    resolve();
  }

  #tell(how: string, ownDoing: boolean): void {
    if (this.#told) return;
    this.#told = true;
    this.#options.clock.clearTimer(this.#timer);
    const printed = this.#tail.reason();
    const [loading] = this.#loading;
    this.#options.onExit({
      reason: printed ? `${how}; it said: ${printed}` : how,
      printed,
      loading,
      ownDoing,
      ...(this.#fatal && { fatal: this.#fatal }),
    });
  }
}
