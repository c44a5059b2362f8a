import { z } from 'zod';
import { badAnswer } from './errors.ts';
import type { WyomingEvent } from './event.ts';

/** Longest header line, bytes. A server may put all data of an event into it. */
const MAX_HEADER = 1024 * 1024;
/** Longest data, bytes: a list of some thousand voices. */
const MAX_DATA = 8 * 1024 * 1024;
/** Longest payload, bytes: more than a minute of stereo s16 at 48 kHz. */
const MAX_PAYLOAD = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array(0);

const length = z.int().min(0).nullish();
const object = z.record(z.string(), z.unknown());
const headerSchema = z.object({
  type: z.string(),
  data: object.nullish(),
  data_length: length,
  payload_length: length,
});

type Header = z.output<typeof headerSchema>;

/** Reads events from a stream of bytes. The stream may be cut anywhere. */
export class EventDecoder {
  /** The bytes so far of the current part: the header line, the data or the payload. */
  #parts: Uint8Array[] = [];
  #count = 0;
  /** Undefined while the header line is read. */
  #header: Header | undefined;
  /** Undefined while the data is read. */
  #data: Record<string, unknown> | undefined;

  /**
   * Takes the next bytes and returns the events that they complete, often none. Payloads are views of these bytes: do not
   * change them afterwards.
   * @throws DialtoneError `engine_bad_answer` for bytes that are no Wyoming protocol and for an event that is too long; the decoder cannot go on then
   */
  push(bytes: Uint8Array): WyomingEvent[] {
    const events: WyomingEvent[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      rest = this.#header === undefined ? this.#takeLine(rest) : this.#takePart(rest);
      const event = this.#complete();
      if (event) events.push(event);
    }
    return events;
  }

  #takeLine(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(LINE_FEED);
    const taken = end < 0 ? bytes.length : end;
    if (this.#count + taken > MAX_HEADER) throw badAnswer('a header is too long');
    this.#keep(bytes.subarray(0, taken));
    if (end < 0) return NOTHING;
    const line = this.#join();
    const header = headerSchema.safeParse(parseJson(line));
    if (!header.success) throw badAnswer('a header is no event of the Wyoming protocol');
    if ((header.data.data_length ?? 0) > MAX_DATA) throw badAnswer('the data of an event is too long');
    if ((header.data.payload_length ?? 0) > MAX_PAYLOAD) throw badAnswer('the payload of an event is too long');
    this.#header = header.data;
    return bytes.subarray(end + 1);
  }

  #takePart(bytes: Uint8Array): Uint8Array {
    const missing = this.#wanted - this.#count;
    this.#keep(bytes.subarray(0, missing));
    return bytes.subarray(missing);
  }

  /** Length of the current part, bytes. */
  get #wanted(): number {
    return (this.#data === undefined ? this.#header?.data_length : this.#header?.payload_length) ?? 0;
  }

  /** The event, when its last part is complete. */
  #complete(): WyomingEvent | undefined {
    if (this.#header === undefined || this.#count < this.#wanted) return undefined;
    if (this.#data === undefined) {
      const data = this.#wanted === 0 ? {} : object.safeParse(parseJson(this.#join())).data;
      if (data === undefined) throw badAnswer('the data of an event is not a JSON object');
      this.#data = { ...this.#header.data, ...data };
      if (this.#count < this.#wanted) return undefined;
    }
    const event = { type: this.#header.type, data: this.#data, payload: this.#join() };
    this.#header = undefined;
    this.#data = undefined;
    return event;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#count += bytes.length;
  }

  #join(): Uint8Array {
    const [first = NOTHING] = this.#parts;
    const joined = this.#parts.length > 1 ? concat(this.#parts, this.#count) : first;
    this.#parts = [];
    this.#count = 0;
    return joined;
  }
}

function concat(parts: readonly Uint8Array[], count: number): Uint8Array {
  const joined = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const utf8 = new TextDecoder();

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
