import { z } from 'zod';
import { badAnswer } from './errors.ts';
import type { WyomingEvent } from './event.ts';

/** Longest header line, bytes. Servers of before 2024 put all data into it. */
const MAX_HEADER = 1024 * 1024;
/** Longest data, bytes: a list of some thousand voices. */
const MAX_DATA = 8 * 1024 * 1024;
/** Longest payload, bytes: a minute of stereo at 48 kHz. */
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

/** Reads events from a stream of bytes that is cut anywhere. */
export class EventDecoder {
  /** What came of the current part: the header line, the data or the payload. */
  #parts: Uint8Array[] = [];
  #count = 0;
  /** Undefined while the header line is read. */
  #header: Header | undefined;
  /** Undefined while the data is read. */
  #data: Record<string, unknown> | undefined;

  /** Whether the stream may end here: no event has begun. */
  get isBetweenEvents(): boolean {
    return this.#header === undefined && this.#count === 0;
  }

  /**
   * Takes the next bytes, which belong to the events from then on, and gives the events that are complete with them, often
   * none.
   * @throws DialtoneError `engine_bad_answer` for what is no Wyoming protocol, or too long; no more bytes can be read then
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

  /** The length of the part that is read, bytes. */
  get #wanted(): number {
    return (this.#data === undefined ? this.#header?.data_length : this.#header?.payload_length) ?? 0;
  }

  /** The event, when its last part is there. */
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
