/** @typedef {{ id: string | undefined, event: string, data: string }} ServerEvent */

/** More than this for one event is no event of ours, UTF-16 units: a fleet of 10,000 devices takes a third of it. */
const MAX_EVENT = 32 * 1024 * 1024;

/** Reads server-sent events (WHATWG HTML §9.2.6) from pieces of text, however they are cut. */
export class SseParser {
  /** Pieces of the line that has not ended. @type {string[]} */
  #rest = [];
  /** @type {string | undefined} */
  #id;
  #event = '';
  /** @type {string[]} */
  #data = [];
  /** Of the event that has not ended, with its line. */
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
    const lines = text.split(/\r\n|\n|\r/);
    // A long line comes in many pieces: none of them is read twice.
    this.#rest.push(lines[0] ?? '');
    this.#size += text.length;
    if (this.#size > MAX_EVENT) throw new Error('an event is too long');
    if (lines.length === 1) return [];
    lines[0] = this.#rest.join('');
    this.#rest = [lines.pop() ?? ''];
    /** @type {ServerEvent[]} */
    const events = [];
    for (const line of lines) {
      if (line !== '') this.#field(line);
      else {
        if (this.#data.length > 0) events.push(this.#take());
        this.#event = '';
        this.#size = 0;
      }
    }
    return events;
  }

  /** @param {string} line */
  #field(line) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  #take() {
    const event = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
    this.#data = [];
    return event;
  }
}
