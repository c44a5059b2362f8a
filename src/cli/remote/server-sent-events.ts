/** One event of a stream. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  /** Its name. */
  readonly event: string | undefined;
  readonly data: string;
}

/** Longest event, UTF-16 units: a stream without an end of an event is none. */
const MAX_EVENT = 16 * 1024 * 1024;

/** The events of a `text/event-stream`, as far as dialtone writes it: no `retry`, lines end in LF. Comments are left out. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
    if (text.length > MAX_EVENT) throw new Error('this is no stream of events');
  }
}

function parse(block: string): ServerSentEvent | undefined {
  let id: string | undefined;
  let event: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (line.startsWith('id:')) id = value;
    else if (line.startsWith('event:')) event = value;
    else if (line.startsWith('data:')) data.push(value);
  }
  return data.length === 0 ? undefined : { id, event, data: data.join('\n') };
}
