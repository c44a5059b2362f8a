import { RestError } from './rest.js';
import { SseParser } from './sse-parser.js';

/** Waits before a new attempt, milliseconds: twice as long each time, up to the longest. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** The backend says something every 15 s. A stream that is silent for longer is dead, though the browser does not notice. */
const SILENT_MS = 40_000;

/**
 * @typedef {object} StreamListener
 * @property {(event: Record<string, any>) => void} onEvent data of an event, `type` in it; of the first one `snapshot`
 * @property {() => void} onOpen the stream is there (again)
 * @property {(retryAt: number, why: string) => void} onLost it is not; when it is tried again, by this machine's clock
 */

/** Follows GET /v1/events for as long as the page lives. `fetch` and not EventSource, which cannot send a token. */
export class EventStream {
  #rest;
  #listener;
  /** @type {string | undefined} */
  #lastId;
  #failures = 0;
  #run = 0;
  /** @type {AbortController | undefined} */
  #abort;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('./rest.js').Rest} rest
   * @param {StreamListener} listener
   */
  constructor(rest, listener) {
    this.#rest = rest;
    this.#listener = listener;
  }

  /** Begins, or tries again at once. */
  start() {
    this.stop();
    void this.#follow(this.#run);
  }

  /** Ends. Nothing is told any more. */
  stop() {
    this.#run += 1;
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  /** Tries again now, if it is waiting to. */
  hurry() {
    if (this.#timer === undefined) return;
    this.#failures = 0;
    this.start();
  }

  /** @param {number} run */
  async #follow(run) {
    this.#timer = undefined;
    const abort = new AbortController();
    this.#abort = abort;
    let why = 'the backend has ended the stream';
    let watch = setTimeout(() => abort.abort(), SILENT_MS);
    try {
      /** @type {Record<string, string>} */
      const headers = { accept: 'text/event-stream' };
      if (this.#lastId !== undefined) headers['last-event-id'] = this.#lastId;
      const response = await this.#rest.open('v1/events?transcripts=1', { headers, signal: abort.signal });
      if (run !== this.#run || !response.body) return;
      this.#listener.onOpen();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (run !== this.#run) return;
        if (done) break;
        this.#failures = 0;
        clearTimeout(watch);
        watch = setTimeout(() => abort.abort(), SILENT_MS);
        for (const event of parser.push(value)) this.#told(event);
      }
    } catch (error) {
      if (error instanceof RestError && error.status === 401) return;
      if (error instanceof RestError) why = error.message;
      else why = abort.signal.aborted ? 'the backend says nothing any more' : 'the connection broke';
    } finally {
      clearTimeout(watch);
    }
    if (run !== this.#run) return;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    // Many pages must not come back in the same moment.
    const waitMs = longest * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#follow(run), waitMs);
    this.#listener.onLost(Date.now() + waitMs, why);
  }

  /** @param {import('./sse-parser.js').ServerEvent} event */
  #told({ id, event, data }) {
    if (id !== undefined) this.#lastId = id;
    let fields;
    try {
      fields = JSON.parse(data);
    } catch {
      return;
    }
    this.#listener.onEvent({ ...fields, type: event });
  }
}
