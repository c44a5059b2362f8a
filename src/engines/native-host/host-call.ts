import { DialtoneError } from '../../core/errors.ts';
import type { HostFailure } from './host-config.ts';

/** An utterance or a sentence on its way through the native host: the near end, which is told what becomes of it. */
export interface HostCall {
  /** What it is to the host: work in small steps, one job, or next to nothing. */
  readonly work: 'stream' | 'job' | 'check';
  /** The host has said something of it: see FrameType. The payload is good during the call only. */
  receive(type: number, payload: Buffer): void;
  /** The host is gone, or never came. */
  fail(error: DialtoneError): void;
}

/** What a `failed` frame says. */
export function failureOf(payload: Buffer, engine: string): DialtoneError {
  const { code, message } = JSON.parse(payload.toString('utf8')) as HostFailure;
  return new DialtoneError(code, message, { engine, retryable: code === 'engine_overloaded' });
}

/** Where a model stands in the host, as `open` and `say` frames begin with it. */
export function slotBytes(slot: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(slot);
  return bytes;
}
