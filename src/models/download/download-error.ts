import { DialtoneError } from '../../core/errors.ts';

const AGAIN = 'The same command goes on from there.';

/** What a server that could not be reached, or broke off, is reported with. The text is ours: a URL may hold a password. */
export function connectionFailed(url: URL, cause: unknown): DialtoneError {
  return failed(
    `${url.host} cannot be reached (${reasonOf(cause)}). Is this machine online? MODELS_BASE_URL names a mirror, and a model's ` +
      'folder may be copied from another machine: see docs/MODELS.md',
    cause,
  );
}

/** The server has gone silent. */
export function stalled(url: URL, stallMs: number, received: number): DialtoneError {
  const kept = received === 0 ? 'Try again later.' : `${inMegabytes(received)} are kept. ${AGAIN}`;
  return failed(`${url.host} has sent nothing for ${stallMs / 1000} s. ${kept}`);
}

/** The connection ended before the file did. */
export function cutOff(url: URL, received: number, total: number | undefined, cause?: unknown): DialtoneError {
  const of = total === undefined ? '' : ` of ${inMegabytes(total)}`;
  return failed(`${url.host} broke off after ${inMegabytes(received)}${of}. What has come is kept. ${AGAIN}`, cause);
}

/** What an answer that is no file means, and what to do. */
export function refused(url: URL, status: number, retryAfter: string): DialtoneError {
  return failed(`${url.host} answered ${status} for ${url.pathname}: ${meaning(status, retryAfter)}`);
}

/** An answer that contradicts itself. */
export function badAnswer(url: URL, what: string): DialtoneError {
  return failed(`${url.host} ${what}. Try again later, or another source by MODELS_BASE_URL`);
}

function failed(message: string, cause?: unknown): DialtoneError {
  return new DialtoneError('model_download_failed', message, { cause, retryable: true });
}

function meaning(status: number, retryAfter: string): string {
  const when = retryAfter === '' ? 'later' : `in ${retryAfter}`;
  if (status === 404 || status === 410) {
    return 'it does not have this file. Check MODELS_BASE_URL if it is set; else look for a newer dialtone';
  }
  if (status === 401 || status === 403)
    return 'it does not let dialtone have the file. Check MODELS_BASE_URL if it is set';
  if (status === 429) return `it is asked too often. Try again ${when}`;
  if (status >= 500) return `it cannot answer at the moment. Try again ${when}`;
  return 'that is no file. Check MODELS_BASE_URL if it is set';
}

/** Millions of bytes, as people read them. */
export function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
}

/** The code of what lies at the bottom: fetch wraps errors of the network. */
function reasonOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return code;
    if (error.cause === undefined) return error.message;
  }
  return 'no reason given';
}
