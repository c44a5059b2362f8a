import { el, setHidden, setText } from './dom.js';
import { sinceOf, troubleOf } from './trouble.js';
import { nextTry, roundTrip, signal, since, stateOf } from './words.js';

/** @typedef {import('./fleet-state.js').Device} Device */

/** @type {Record<string, string>} */
const ACTIVITY_WORDS = { listening: 'hears its user', thinking: 'is thinking', speaking: 'is speaking' };

/** One device in the list. Only what has changed is touched. */
export class DeviceRow {
  button = el('button', { class: 'name', attributes: { type: 'button', tabindex: '-1' } });
  #address = el('span', { class: 'quiet' });
  #pill = el('span', { class: 'pill' });
  #since = el('span', { class: 'quiet' });
  #flapping = el('span', { class: 'tag', text: 'comes and goes' });
  #warnings = el('span', { class: 'tag' });
  #roundTrip = el('span');
  #signal = el('span');
  #heard = el('span', { class: 'heard' });
  #answer = el('span', { class: 'answer' });
  #error = el('span', { class: 'error' });
  #next = el('span', { class: 'quiet' });
  element = el(
    'div',
    { class: 'row', attributes: { role: 'row' } },
    cell('rowheader', 'c-name', this.button, this.#address),
    cell('cell', 'c-state', this.#pill, this.#since, this.#flapping, this.#warnings),
    cell('cell', 'c-link', this.#roundTrip, this.#signal),
    cell('cell', 'c-words', this.#heard, this.#answer),
    cell('cell', 'c-trouble', this.#error, this.#next),
  );

  /** @param {string} name */
  constructor(name) {
    this.button.textContent = name;
    this.button.dataset.device = name;
  }

  /**
   * @param {Device} device
   * @param {number} now by the clock of the backend
   */
  show(device, now) {
    const { word, tone } = stateOf(device.state);
    const activity = ACTIVITY_WORDS[device.activity];
    if (this.element.dataset.tone !== tone) this.element.dataset.tone = tone;
    if (this.#pill.dataset.activity !== device.activity) this.#pill.dataset.activity = device.activity;
    setText(this.#pill, activity && device.state === 'ready' ? activity : word);
    setText(this.#since, since(sinceOf(device), now));
    setText(this.#address, device.address);
    setHidden(this.#flapping, !device.flapping);
    setHidden(this.#warnings, device.warnings.length === 0);
    setText(this.#warnings, device.warnings.length === 1 ? '1 warning' : `${device.warnings.length} warnings`);
    setText(this.#roundTrip, roundTrip(device.rttMs));
    setText(this.#signal, signal(device.rssiDbm));
    setText(this.#heard, device.words?.heard ?? '');
    setText(this.#answer, device.words?.answer ?? '');
    setText(this.#error, troubleOf(device));
    setText(this.#next, device.state === 'ready' ? '' : nextTry(device.nextRetryAt, now));
  }
}

/** @param {string} role @param {string} name @param {...HTMLElement} children */
function cell(role, name, ...children) {
  return el('div', { class: name, attributes: { role } }, ...children);
}
