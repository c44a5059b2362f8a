import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../../core/clock.ts';
import { compiledEntry } from '../../core/compiled-entry.ts';
import type { FrameWriter } from './frame-writer.ts';
import { HOST_PIPE_FD, type HostConfig, type HostFatal } from './host-config.ts';
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
  /** For people: how it ended, and the last it said. */
  readonly reason: string;
  readonly phase: 'loading' | 'serving';
  /** What it said itself before it ended. */
  readonly fatal?: HostFatal;
  /** It ended by itself or by its native code: not killed from outside, not for want of time. */
  readonly ownDoing: boolean;
}

/** What a host is run with. */
export interface HostChildOptions {
  readonly config: HostConfig;
  readonly clock: Clock;
  readonly writer: FrameWriter;
  readonly onReady: () => void;
  readonly onPartial: (stream: number, text: string, endpoint: boolean) => void;
  readonly onFinal: (stream: number, text: string) => void;
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
  #phase: HostExit['phase'] = 'loading';
  #fatal: HostFatal | undefined;
  #killedBecause: string | undefined;
  #timer: Timer | undefined;
  #killTimer: Timer | undefined;
  #missed = 0;
  #exited = false;
  readonly #whenExited: Promise<void>;

  constructor(options: HostChildOptions) {
    this.#options = options;
    this.#tail = new StderrTail(KEPT_LINES, options.onLog);
    const entry = fileURLToPath(compiledEntry(import.meta.url, './child-main.ts'));
    const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
    this.#child = spawn(process.execPath, [entry, JSON.stringify(options.config)], {
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
    if (this.#pipe) options.writer.attach(this.#pipe);
    const tooLong = `the model did not load within ${LOAD_TIMEOUT_MS / 1_000} s`;
    this.#timer = options.clock.setTimer(() => this.#kill(tooLong), LOAD_TIMEOUT_MS);
  }

  get pid(): number | undefined {
    return this.#exited ? undefined : this.#child.pid;
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
    if (this.#exited) return;
    try {
      this.#parser.push(bytes, (type, stream, payload) => this.#frame(type, stream, payload));
    } catch (error) {
      this.#kill(String(error));
    }
  }

  #frame(type: number, stream: number, payload: Buffer): void {
    if (type === FrameType.partial) {
      this.#options.onPartial(stream, payload.toString('utf8', 1), payload[0] === 1);
    } else if (type === FrameType.final) this.#options.onFinal(stream, payload.toString('utf8'));
    else if (type === FrameType.pong) this.#missed = 0;
    else if (type === FrameType.fatal) this.#fatal = JSON.parse(payload.toString('utf8')) as HostFatal;
    else if (type === FrameType.ready && this.#phase === 'loading') {
      this.#phase = 'serving';
      this.#options.clock.clearTimer(this.#timer);
      this.#heartbeat();
      this.#options.onReady();
    }
  }

  /** Counts beats, not time: a process that was itself asleep for long has asked only once. */
  #heartbeat(): void {
    if (this.#exited || this.#killedBecause !== undefined) return;
    if (this.#missed >= MISSED_HEARTBEATS) {
      this.#kill(`it did not answer for ${(MISSED_HEARTBEATS * HEARTBEAT_MS) / 1_000} s`);
      return;
    }
    this.#missed++;
    this.#options.writer.write(FrameType.ping, 0);
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
    this.#options.clock.clearTimer(this.#timer);
    this.#options.clock.clearTimer(this.#killTimer);
    this.#pipe?.destroy();
    const said = this.#tail.reason();
    this.#options.onExit({
      reason: said ? `${how}; it said: ${said}` : how,
      phase: this.#phase,
      ownDoing,
      ...(this.#fatal && { fatal: this.#fatal }),
    });
    resolve();
  }
}
