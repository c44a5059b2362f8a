import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import type { ModelLimits } from '../limits.ts';
import { badAnswer, cutOff } from './download-error.ts';
import type { PartFile, PartOrigin } from './part-file.ts';
import { type Answer, refusal, request } from './request.ts';
import { StallWatch } from './stall-watch.ts';

/** How a file is fetched. */
export interface DownloadOptions {
  readonly limits: ModelLimits;
  readonly clock: Clock;
  /** Aborting it ends the download; what has come is kept. */
  readonly signal: AbortSignal;
  /** Called with what is there of the file, bytes, whenever there is more. */
  readonly onProgress: (received: number, total: number | undefined) => void;
}

/** What an answer means for the part that is there. */
interface Plan {
  /** Whether the answer is the rest of the file, not the whole. */
  readonly goesOn: boolean;
  /** Bytes that are there already. */
  readonly from: number;
  /** Bytes of the whole file; undefined when the server does not say. */
  readonly total: number | undefined;
}

/**
 * Fetches a file into `part`, going on with what is there of it if the server still has the same file. Returns when all of
 * it has come, as far as the server's own length tells. What has come of it is kept after a failure.
 * @throws DialtoneError `model_download_failed`; the signal's reason; errors of node:fs
 */
export async function downloadFile(url: URL, part: PartFile, options: DownloadOptions): Promise<void> {
  if (await fetchInto(url, part, options)) return;
  await part.remove();
  if (!(await fetchInto(url, part, options))) throw badAnswer(url, 'does not send the file from its beginning');
}

/** @returns false when the part is of another file: it must be begun anew */
async function fetchInto(url: URL, part: PartFile, options: DownloadOptions): Promise<boolean> {
  const begun = await part.begun(url.href);
  const watch = new StallWatch(options);
  try {
    const answer = await request(url, {
      headers: headersFor(begun?.bytes ?? 0, begun?.origin),
      maxRedirects: options.limits.maxRedirects,
      signal: watch.signal,
    });
    const { status } = answer.response;
    if (status === 416 && begun !== undefined) {
      await answer.response.body?.cancel();
      return Number(/\/(\d+)$/.exec(answer.response.headers.get('content-range') ?? '')?.[1]) === begun.bytes;
    }
    if (status !== 200 && status !== 206) throw await refusal(answer, options.clock);
    const plan = status === 200 ? wholeFile(answer) : restOfFile(answer, begun);
    if (plan === undefined) {
      await answer.response.body?.cancel();
      return false;
    }
    const file = plan.goesOn ? await part.goOn() : await part.begin(originOf(url, answer, plan.total));
    try {
      await receive(answer, file, plan, watch, options.onProgress);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    watch.throwIfEnded(url);
    throw error;
  } finally {
    watch.end();
  }
}

/** The bytes as they are: a length is that of the file only if nothing on the way packs it again. */
function headersFor(bytes: number, origin: PartOrigin | undefined): Record<string, string> {
  const always = { 'user-agent': 'dialtone', 'accept-encoding': 'identity' };
  return origin === undefined ? always : { ...always, range: `bytes=${bytes}-`, 'if-range': origin.validator };
}

function wholeFile({ response }: Answer): Plan {
  const length = response.headers.get('content-length');
  const isPacked = isPackedAgain(response);
  return { goesOn: false, from: 0, total: length === null || isPacked ? undefined : Number(length) };
}

function restOfFile({ response }: Answer, begun: { bytes: number; origin: PartOrigin } | undefined): Plan | undefined {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (begun === undefined || Number(from) !== begun.bytes || isPackedAgain(response)) return undefined;
  const bytes = total === '*' || total === undefined ? begun.origin.total : Number(total);
  const isOther = begun.origin.total !== undefined && bytes !== begun.origin.total;
  const validator = validatorOf(response);
  // A server that does not know If-Range sends the rest of whatever it has now.
  if (isOther || (validator !== undefined && validator !== begun.origin.validator)) return undefined;
  return { goesOn: true, from: begun.bytes, total: bytes };
}

function originOf(url: URL, { response }: Answer, total: number | undefined): PartOrigin | undefined {
  const validator = isPackedAgain(response) ? undefined : validatorOf(response);
  return validator === undefined ? undefined : { url: url.href, validator, total };
}

/** A weak ETag says that two files mean the same, not that they are the same. */
function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get('etag') ?? '';
  return /^"/.test(tag) ? tag : (headers.get('last-modified') ?? undefined);
}

function isPackedAgain({ headers }: Response): boolean {
  return (headers.get('content-encoding') ?? 'identity') !== 'identity';
}

async function receive(
  { url, response }: Answer,
  file: FileHandle,
  { from, total }: Plan,
  watch: StallWatch,
  onProgress: DownloadOptions['onProgress'],
): Promise<void> {
  let received = from;
  const tell = () => {
    watch.heard(received);
    onProgress(received, total);
  };
  tell();
  try {
    for await (const chunk of response.body ?? []) {
      await file.appendFile(chunk);
      received += chunk.length;
      tell();
    }
  } catch (error) {
    // Errors of the disk have a call of the system in them, those of fetch have not.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw cutOff(url, received, total, error);
  }
  if (total !== undefined && received < total) throw cutOff(url, received, total);
}
