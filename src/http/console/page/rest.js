// The REST API, with the token that the user gave. Paths begin at the page's own folder, so that a proxy may put both below a path.

/** Kept for this tab alone, and gone with it: no request carries it but those made here. */
const KEY = 'dialtone.token';

/** A request that failed. `status` 0: no answer came. */
export class RestError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail
   */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The backend, as one user may use it. */
export class Rest {
  /** Milliseconds that the clock of the backend is ahead of this one. */
  clockAheadMs = 0;
  /** Told when the backend refuses the token, or wants one. */
  onUnauthorized = () => {};
  /** @type {string | undefined} */
  #token = readToken();

  get hasToken() {
    return this.#token !== undefined;
  }

  /** @param {string | undefined} token undefined: forget it */
  setToken(token) {
    this.#token = token;
    try {
      if (token === undefined) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, token);
    } catch {
      // Storage is switched off: the token lasts until the page is left.
    }
  }

  /** Now, by the clock of the backend: milliseconds since 1970. */
  now() {
    return Date.now() + this.clockAheadMs;
  }

  /**
   * What the backend answers, whatever it is.
   * @param {string} path without a slash at its beginning
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  async open(path, init = {}) {
    const headers = new Headers(init.headers);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    let response;
    try {
      response = await fetch(new URL(path, document.baseURI), {
        ...init,
        headers,
        cache: 'no-store',
        redirect: 'error',
      });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new RestError(0, 'no_connection', 'the backend does not answer');
    }
    const date = Date.parse(response.headers.get('date') ?? '');
    // The header has whole seconds: a smaller difference is none.
    if (!Number.isNaN(date)) this.clockAheadMs = Math.abs(date - Date.now()) > 2_000 ? date - Date.now() : 0;
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    if (response.status === 401) this.onUnauthorized();
    throw new RestError(response.status, String(problem.code ?? ''), String(problem.detail ?? response.statusText));
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  async get(path) {
    return (await this.open(path, { headers: { accept: 'application/json' } })).json();
  }

  /**
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async post(path, body) {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await this.open(path, { method: 'POST', ...json })).json();
  }
}

/**
 * Path of what is about one device. A device called `status` or `..` has it, too.
 * @param {string} name
 * @param {string} [what]
 */
export function devicePath(name, what) {
  return `v1/devices/by-name/${encodeURIComponent(name)}${what === undefined ? '' : `/${what}`}`;
}

function readToken() {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
