import { z } from 'zod';
import { cleanText } from '../../../core/clean-text.ts';
import type { Clock } from '../../../core/clock.ts';
import { DialtoneError } from '../../../core/errors.ts';

/** How long a device may take to answer, milliseconds: as stackchan's gateway waits. */
const ANSWER_MS = 10_000;

/** So many requests are open at once. */
const MAX_OPEN = 32;

/** Longest words of a device about its failure. */
const MAX_WORDS = 300;

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  // Firmware leaves the code out.
  error: z.object({ message: z.string() }).optional(),
});

const notificationSchema = z.object({ method: z.string() });

interface Open {
  resolve(result: unknown): void;
  reject(error: DialtoneError): void;
}

/** What requests to a device need. */
export interface RpcOptions {
  readonly clock: Clock;
  /** Sends a message of JSON-RPC. */
  readonly send: (payload: Readonly<Record<string, unknown>>) => void;
  /** The device tells of something. */
  readonly onNotification: (method: string) => void;
}

/** JSON-RPC 2.0 with one device, in which we ask and the device answers. Ids are numbers: firmware drops any other. */
export class Rpc {
  readonly #options: RpcOptions;
  readonly #open = new Map<number, Open>();
  #lastId = 0;
  #closed = false;

  constructor(options: RpcOptions) {
    this.#options = options;
  }

  /**
   * Asks the device.
   * @throws DialtoneError `tool_timeout`, `tool_failed` (with the device's words), `link_lost`; the reason of the signal
   */
  request(method: string, params: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed) return Promise.reject(linkLost());
    if (this.#open.size >= MAX_OPEN) {
      const message = `the device has not answered ${MAX_OPEN} requests yet: try again later`;
      return Promise.reject(new DialtoneError('tool_timeout', message, { retryable: true }));
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#lastId;
    const { clock, send } = this.#options;
    return new Promise<unknown>((resolve, reject) => {
      const settle = () => {
        this.#open.delete(id);
        clock.clearTimer(timer);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        settle();
        reject(signal?.reason);
      };
      const timer = clock.setTimer(() => {
        settle();
        const message = `the device has not answered "${method}" within ${ANSWER_MS / 1000} seconds`;
        reject(new DialtoneError('tool_timeout', message, { retryable: true }));
      }, ANSWER_MS);
      signal?.addEventListener('abort', abort);
      this.#open.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** A message of the device. Never throws. @returns whether it is an answer that was waited for, or a notification */
  receive(payload: unknown): boolean {
    const answer = answerSchema.safeParse(payload);
    if (!answer.success) {
      const notification = notificationSchema.safeParse(payload);
      if (notification.success) this.#options.onNotification(notification.data.method);
      return notification.success;
    }
    const { id, result, error } = answer.data;
    const open = this.#open.get(id);
    if (!open) return false;
    if (error) open.reject(new DialtoneError('tool_failed', cleanText(error.message, MAX_WORDS)));
    else open.resolve(result);
    return true;
  }

  /** The link is gone. */
  close(): void {
    this.#closed = true;
    for (const open of [...this.#open.values()]) open.reject(linkLost());
  }
}

function linkLost(): DialtoneError {
  return new DialtoneError('link_lost', 'the device is gone: its link ended before it answered', { retryable: true });
}
