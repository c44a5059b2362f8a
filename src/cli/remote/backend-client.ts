import { cleanText } from '../../core/clean-text.ts';
import { HttpConnections } from '../../core/http-connections.ts';
import type { Secret } from '../../core/secret.ts';
import { parseSettings } from '../../settings.ts';
import { type CommandArgs, type CommandIo, UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { ownUrl } from '../own-url.ts';
import { BackendError } from './backend-error.ts';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';

/** How long the backend may take for what it knows already, milliseconds. */
const TIMEOUT_MS = 10_000;

/** Speaks with the REST API of a running backend. Every method throws a {@link BackendError}. */
export class BackendClient {
  readonly url: string;
  readonly #token: Secret | undefined;
  /**
   * Not Node's own `fetch`: that of Node 20 forgets the signal of a request whose body is being read once garbage was collected, so that a
   * stream of events is never ended; and it gives up an answer that takes longer than 5 minutes, as that of a long speech does.
   */
  readonly #connections = new HttpConnections({ idleMs: 0 });

  /** @param url without a slash at the end */
  constructor(url: string, token: Secret | undefined) {
    this.url = url;
    this.#token = token;
  }

  /**
   * The backend that the options and the environment of a command name.
   * @throws DialtoneError `settings_invalid`; UsageError for an address that is none
   */
  static for({ options }: CommandArgs, { env }: CommandIo): BackendClient {
    const { HOST, PORT, API_TOKEN, API_TOKEN_FILE, API_READ_TOKEN, API_READ_TOKEN_FILE } = env;
    const settings = parseSettings({ HOST, PORT, API_TOKEN, API_TOKEN_FILE, API_READ_TOKEN, API_READ_TOKEN_FILE });
    const token = settings.API_TOKEN ?? settings.API_READ_TOKEN;
    if (typeof options.url === 'string') {
      if (!/^https?:\/\/[^/]+/.test(options.url))
        throw new UsageError('--url is an address as in http://127.0.0.1:8000');
      return new BackendClient(options.url.replace(/\/+$/, ''), token);
    }
    if (settings.PORT === 0) throw new UsageError('PORT is 0, so the chosen port is unknown: name it with --url');
    return new BackendClient(ownUrl(settings), token);
  }

  async get(path: string): Promise<unknown> {
    return (await this.#fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) })).json();
  }

  /** Waits for as long as the backend takes: until a device has spoken, say. @param signal the answer is not wanted any more */
  async post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null };
    return (await this.#fetch(path, init)).json();
  }

  /** The same with a file as the body. */
  async upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
    const headers = { 'content-type': 'application/octet-stream' };
    return (await this.#fetch(path, { method: 'POST', headers, body: bytes })).json();
  }

  /** What happens, as it happens, until the stream ends. @param lastEventId id of the last event that was seen */
  async *events(lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const { body } = await this.#fetch('/v1/events?transcripts=1', { headers, signal });
    if (!body) return;
    try {
      yield* serverSentEvents(body);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token.reveal()}` };
    let response: Response;
    try {
      response = await this.#connections.fetch(`${this.url}${path}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), ...authorization },
        redirect: 'manual',
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    const detail = detailOf(text) ?? `${this.url} answers ${response.status}: is that a dialtone?`;
    if (response.status !== 401 && response.status !== 403) throw new BackendError(detail, EXIT.failure);
    throw new BackendError(
      `${detail}${response.status === 401 ? '. Set API_TOKEN or API_TOKEN_FILE as for the backend' : ''}`,
      EXIT.noPermission,
    );
  }

  #unreachable(error: unknown): BackendError {
    // A name with several addresses fails with one error for each.
    const { message, cause } = (error instanceof AggregateError ? error.errors[0] : error) as Error;
    const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
    const hint = 'is it running? --url, or HOST and PORT, say where';
    return new BackendError(`no answer from ${this.url} (${cleanText(why)}): ${hint}`, EXIT.unavailable);
  }
}

/** The text of a problem document; undefined for anything else. */
function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? cleanText(detail, 1_000) : undefined;
  } catch {
    return undefined;
  }
}
