import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

/** Whether Debian's chromium is installed. */
export function hasChromium(): boolean {
  return spawnSync('chromium', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** What is different from Chromium's defaults. */
export interface ChromiumOptions {
  /** WAV file that its microphone hears, once. */
  readonly microphone?: string;
  /** Whether it gives the microphone to pages without a question; else it refuses. Default true. */
  readonly allowsMicrophone?: boolean;
}

/** Chromium without a window, with one page, driven over the DevTools protocol. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextId = 1;

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (data) => this.#received(String(data)));
    socket.on('close', () => {
      for (const { reject } of this.#replies.values()) reject(new Error('Chromium has ended'));
    });
  }

  /** Starts it and opens its page. Rejects when it ends before that. */
  static async start(options: ChromiumOptions = {}): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'dialtone-chromium-'));
    const { microphone, allowsMicrophone = true } = options;
    const args = [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, '--ignore-certificate-errors'],
      '--use-fake-device-for-media-stream',
      ...(allowsMicrophone ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`]),
      'about:blank',
    ];
    const child = spawn('chromium', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const browser = await debuggerUrl(child);
    const pages = (await (await fetch(`http://${new URL(browser).host}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
      type: string;
    }[];
    const page = pages.find(({ type }) => type === 'page');
    if (!page) throw new Error('Chromium has no page');
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await once(socket, 'open');
    return new Chromium(child, profile, socket);
  }

  /** Opens an address and waits until it is loaded. */
  async open(url: string): Promise<void> {
    await this.#call('Page.navigate', { url });
    while ((await this.run('document.readyState')) !== 'complete')
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** The value of an expression in the page, as if the user had caused it. */
  async run(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.#call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    })) as { result: { value?: unknown }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /** Asks it to end, so that all its processes have let go of its folder. */
  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    await this.#call('Browser.close', {}).catch(() => this.#process.kill('SIGKILL'));
    await exited;
    this.#socket.terminate();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  #call(method: string, params: object): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #received(text: string): void {
    const { id, result, error } = JSON.parse(text) as { id?: number; result?: unknown; error?: { message: string } };
    const reply = id === undefined ? undefined : this.#replies.get(id);
    if (id !== undefined) this.#replies.delete(id);
    if (error) reply?.reject(new Error(error.message));
    else reply?.resolve(result);
  }
}

/** Chromium tells on its standard error where it listens. */
function debuggerUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    child.stderr?.on('data', (data: Buffer) => {
      told += data.toString();
      const url = /DevTools listening on (\S+)/.exec(told)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${told.slice(-1000)}`)));
  });
}
