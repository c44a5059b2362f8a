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

/** How a page is shown. */
interface ChromiumView {
  readonly width: number;
  readonly height: number;
  /** Whether its user prefers dark colours. Default: light ones. */
  readonly dark?: boolean;
  /** Whether its user prefers less motion. */
  readonly calm?: boolean;
}

/** Windows' numbers of keys that are no letters: Chromium knows them by these. */
const KEY_CODES: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  End: 35,
  Home: 36,
  ArrowUp: 38,
  ArrowDown: 40,
  '/': 191,
};

/** Chromium without a window, with one page, driven over the DevTools protocol. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #complaints: string[] = [];
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
    const chromium = new Chromium(child, profile, socket);
    for (const domain of ['Page', 'Runtime', 'Log']) await chromium.#call(`${domain}.enable`, {});
    return chromium;
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

  /** Makes the page's window so wide and high, in CSS pixels, and chooses the colours that its user prefers. */
  async show({ width, height, dark = false, calm = false }: ChromiumView): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
    await this.#call('Emulation.setDeviceMetricsOverride', metrics);
    const features = [
      { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
      { name: 'prefers-reduced-motion', value: calm ? 'reduce' : 'no-preference' },
    ];
    await this.#call('Emulation.setEmulatedMedia', { features });
  }

  /** Presses and lets go of a key, as a user does: `Tab`, `Escape`, `ArrowDown`, or a letter. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : key === 'Enter' ? { text: '\r' } : {};
    const windowsVirtualKeyCode = KEY_CODES[key] ?? key.toUpperCase().charCodeAt(0);
    const code = key.length === 1 ? `Key${key.toUpperCase()}` : key;
    await this.#call('Input.dispatchKeyEvent', { type: 'keyDown', key, code, windowsVirtualKeyCode, ...text });
    await this.#call('Input.dispatchKeyEvent', { type: 'keyUp', key, code, windowsVirtualKeyCode });
  }

  /** A picture of the page as PNG; `whole`: also what is below its window. */
  async screenshot({ whole = false } = {}): Promise<Buffer> {
    const shot = (await this.#call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole })) as {
      data: string;
    };
    return Buffer.from(shot.data, 'base64');
  }

  /** Errors that the page has not caught, and what the browser refused it, so far. */
  get complaints(): readonly string[] {
    return this.#complaints;
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
    const { id, result, error, method, params } = JSON.parse(text) as Message;
    if (method === 'Runtime.exceptionThrown') this.#complaints.push(JSON.stringify(params));
    if (method === 'Log.entryAdded' && params?.entry?.level === 'error')
      this.#complaints.push(String(params.entry.text));
    const reply = id === undefined ? undefined : this.#replies.get(id);
    if (id !== undefined) this.#replies.delete(id);
    if (error) reply?.reject(new Error(error.message));
    else reply?.resolve(result);
  }
}

/** An answer, or something that has happened. */
interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly entry?: { readonly level?: string; readonly text?: string } };
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
