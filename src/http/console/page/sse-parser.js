/** @typedef {{ id: string | undefined, event: string, data: string }} ServerEvent */

/** More than this for one event is no event of ours, UTF-16 units: a fleet of 10,000 devices takes a third of it. */
const MAX_EVENT = 32 * 1024 * 1024;

/** Reads server-sent events (WHATWG HTML §9.2.6) from pieces of text, however they are cut. */
export class SseParser {
  #rest = '';
  /** @type {string | undefined} */
  #id;
  #event = '';
  /** @type {string[]} */
  #data = [];
  #size = 0;
  #skipLineFeed = false;

  /**
   * The events that are whole with this piece.
   * @param {string} piece
   * @returns {ServerEvent[]}
   */
  push(piece) {
    let text = piece;
    // A line end of two characters may be cut between them.
    if (this.#skipLineFeed && text !== '') {
      if (text.startsWith('\n')) text = text.slice(1);
      this.#skipLineFeed = false;
    }
    if (text.endsWith('\r')) this.#skipLineFeed = true;
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length + this.#size > MAX_EVENT) throw new Error('an event is too long');
    /** @type {ServerEvent[]} */
    const events = [];
    for (const line of lines) {
      if (line !== '') this.#field(line);
      else if (this.#data.length > 0) events.push(this.#take());
      else this.#event = '';
    }
    return events;
  }

  /** @param {string} line */
  #field(line) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') {
      this.#data.push(value);
      this.#size += value.length;
    } else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  #take() {
    const event = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
    this.#event = '';
    this.#data = [];
    this.#size = 0;
    return event;
  }
}
