import { GROUPS, hasWords, ORDERS } from './device-order.js';
import { DeviceRow } from './device-row.js';
import { find, input, setHidden, setText } from './dom.js';
import { placeRows } from './place-rows.js';

/** @typedef {import('./fleet-state.js').Device} Device */

/** Rows change places at most this often, milliseconds: a list that never stands still cannot be read. */
const ORDER_MS = 1_000;
/** How often times in all rows are brought up to date, in ticks of a second. */
const ALL_ROWS_EVERY = 5;

/** The list of devices, with its filter and order. */
export class DeviceList {
  #list = find('device-rows');
  #text = input('filter-text');
  #group = input('filter-state');
  #order = input('sort');
  /** @type {Map<string, DeviceRow>} */
  #rows = new Map();
  #ticks = 0;
  #orderedAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #orderTimer;
  /** The row that the Tab key leads to. @type {string | undefined} */
  #current;
  /** Whether the user has been in that row; the first one is it until then. */
  #isChosen = false;
  #state;
  #frames;
  #rest;

  /**
   * @param {import('./fleet-state.js').FleetState} state
   * @param {import('./frame-queue.js').FrameQueue} frames
   * @param {import('./rest.js').Rest} rest
   * @param {(name: string) => void} onOpen the user wants to see a device
   */
  constructor(state, frames, rest, onOpen) {
    this.#state = state;
    this.#frames = frames;
    this.#rest = rest;
    for (const control of [this.#text, this.#group, this.#order])
      control.addEventListener('input', () => this.#arrange());
    this.#list.addEventListener('click', ({ target }) => {
      const row = /** @type {Element} */ (target).closest('.row');
      const name = row?.querySelector('button')?.dataset.device;
      if (name !== undefined) onOpen(name);
    });
    this.#list.addEventListener('keydown', (event) => this.#move(event));
    this.#list.addEventListener('focusin', ({ target }) => {
      this.#isChosen = true;
      this.#setCurrent(/** @type {HTMLElement} */ (target).dataset.device);
    });
    setInterval(() => this.#tick(), 1_000);
  }

  /** A device is new, changed or gone. @param {string} name */
  changed(name) {
    this.#frames.add(`row ${name}`, () => this.#show(name));
  }

  /** The fleet is known, also one without a device. */
  known() {
    this.#arrangeSoon();
  }

  /** Puts the focus on the row of a device. @param {string} name */
  focus(name) {
    this.#rows.get(name)?.button.focus();
  }

  /** @param {string} name */
  #show(name) {
    const device = this.#state.devices.get(name);
    let row = this.#rows.get(name);
    if (!device) {
      row?.element.remove();
      this.#rows.delete(name);
      if (this.#current === name) this.#setCurrent(undefined);
    } else {
      if (!row) {
        row = new DeviceRow(name);
        this.#rows.set(name, row);
        this.#list.append(row.element);
      }
      row.show(device, this.#rest.now());
      setHidden(row.element, !this.#isWanted(device));
      if (this.#current === undefined && !row.element.hidden) this.#setCurrent(name);
    }
    this.#arrangeSoon();
  }

  /** @param {Device} device */
  #isWanted(device) {
    const words = this.#text.value.toLowerCase().split(/\s+/).filter(Boolean);
    return (GROUPS[this.#group.value] ?? (() => true))(device) && hasWords(device, words);
  }

  #arrangeSoon() {
    if (this.#orderTimer !== undefined) return;
    const wait = Math.max(0, this.#orderedAt + ORDER_MS - performance.now());
    this.#orderTimer = setTimeout(() => {
      this.#orderTimer = undefined;
      // What has the focus would lose it by moving, and its user the place.
      if (this.#list.contains(document.activeElement)) this.#count();
      else this.#frames.add('order', () => this.#arrange());
    }, wait);
  }

  #arrange() {
    this.#orderedAt = performance.now();
    const devices = [...this.#state.devices.values()].filter(({ name }) => this.#rows.has(name));
    devices.sort(ORDERS[this.#order.value] ?? ORDERS.name);
    const rows = devices.flatMap((device) => {
      const row = this.#rows.get(device.name);
      if (row) setHidden(row.element, !this.#isWanted(device));
      return row ? [row.element] : [];
    });
    placeRows(this.#list, rows);
    this.#count();
  }

  #count() {
    const shown = [...this.#list.children].filter((row) => !(/** @type {HTMLElement} */ (row).hidden)).length;
    const all = this.#state.devices.size;
    setText(find('device-count'), shown === all ? `${all} devices` : `${shown} of ${all} devices`);
    setHidden(find('no-devices'), shown > 0);
    setText(
      find('no-devices'),
      all === 0 ? 'devices.json names no device yet.' : 'No device is like that. Change the filter.',
    );
    const isThere = this.#current !== undefined && this.#rows.get(this.#current)?.element.hidden === false;
    if (!isThere) this.#isChosen = false;
    if (!this.#isChosen) {
      /** @type {HTMLElement | null} */
      const first = this.#list.querySelector('.row:not([hidden]) button.name');
      this.#setCurrent(first?.dataset.device);
    }
  }

  #tick() {
    this.#ticks += 1;
    const now = this.#rest.now();
    for (const { name, nextRetryAt, since } of this.#state.devices.values()) {
      const isYoung = nextRetryAt !== null || now - Date.parse(since) < 60_000;
      if (isYoung || this.#ticks % ALL_ROWS_EVERY === 0) this.#frames.add(`row ${name}`, () => this.#show(name));
    }
  }

  /** @param {string | undefined} name */
  #setCurrent(name) {
    if (name === this.#current) return;
    if (this.#current !== undefined) this.#rows.get(this.#current)?.button.setAttribute('tabindex', '-1');
    this.#current = name;
    if (name !== undefined) this.#rows.get(name)?.button.setAttribute('tabindex', '0');
  }

  /** @returns {HTMLElement[]} */
  #visible() {
    return [...this.#list.querySelectorAll('.row:not([hidden]) button.name')].map(
      (button) => /** @type {HTMLElement} */ (button),
    );
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    const buttons = this.#visible();
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key] ?? 0;
    const button = buttons[Math.min(Math.max(next, 0), buttons.length - 1)];
    if (!button) return;
    event.preventDefault();
    button.focus();
  }
}
