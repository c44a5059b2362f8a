import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';

/** One server-sent event. */
export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A client of GET /v1/events. */
export class EventStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Everything as it came. */
  text = '';
  closed = false;
  readonly #request: ClientRequest;
  readonly #response: IncomingMessage;
  #waiting: (() => void)[] = [];

  constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      this.#wake();
    });
    response.on('error', () => {});
    response.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  get events(): StreamedEvent[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => !block.startsWith(':'))
      .map((block) => {
        const fields = new Map(block.split('\n').map((line) => splitOnce(line)));
        return {
          id: fields.get('id') ?? '',
          event: fields.get('event') ?? '',
          data: JSON.parse(fields.get('data') ?? '{}'),
        };
      });
  }

  /** Resolves as soon as `check` holds; look at it again whenever something came. */
  async until(check: (stream: this) => boolean): Promise<void> {
    while (!check(this)) {
      if (this.closed) throw new Error(`the stream ended: ${this.text.slice(-300)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async ended(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Stops reading. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Opens the stream; resolves when the headers are there. Closed at the end of the test. */
export function openEventStream(
  port: number,
  { path = '/v1/events', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers, agent: false });
    asked.on('error', reject);
    asked.on('response', (response) => resolve(new EventStream(asked, response)));
    asked.end();
    onTestFinished(() => {
      asked.destroy();
    });
  });
}

function splitOnce(line: string): readonly [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}
