import { el, find, setHidden, setText } from './dom.js';
import { RestError } from './rest.js';
import { clockTime } from './words.js';

/** @type {Record<string, string>} */
const REASONS = {
  unknown_device: 'no entry has this id',
  wrong_token: 'its token is wrong',
  not_wanted: 'it is switched off',
};

/** Devices that are in no entry: those that dialled in and were refused, and those found in the network. */
export class Newcomers {
  #rest;
  #shown = '';
  /** Whether the backend looks for devices in the network; a browser reports each 404 on its console. */
  #discovers = true;

  /** @param {import('./rest.js').Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /** Another backend may be there now, which can do more. */
  reset() {
    this.#discovers = true;
  }

  /** Asks for both lists and shows them. Never rejects. */
  async refresh() {
    const [unknown, discovered] = await Promise.all([
      this.#list('v1/devices/unknown'),
      this.#discovers ? this.#list('v1/discovered') : undefined,
    ]);
    this.#discovers = discovered !== undefined;
    const told = JSON.stringify([unknown, discovered]);
    // Nothing is put in place of a button that may be pressed in this moment.
    if (told === this.#shown) return;
    this.#shown = told;
    setHidden(find('unknown-section'), (unknown ?? []).length === 0);
    find('unknown-devices').replaceChildren(...(unknown ?? []).map((device) => this.#unknownItem(device)));
    // No list: this backend does not look for devices.
    setHidden(find('discovered-section'), discovered === undefined);
    find('discovered-devices').replaceChildren(...(discovered ?? []).map(discoveredItem));
    setHidden(find('no-discovered'), (discovered ?? []).length > 0);
  }

  /**
   * @param {string} path
   * @returns {Promise<any[] | undefined>} undefined: there is no such list, or it is switched off
   */
  async #list(path) {
    try {
      const { devices, enabled } = await this.#rest.get(path);
      return Array.isArray(devices) && enabled !== false ? devices : undefined;
    } catch (error) {
      if (error instanceof RestError && error.status === 404) return undefined;
      return [];
    }
  }

  /** @param {any} device */
  #unknownItem({ id, protocol, address, reason, attempts, last_seen_at: at, code, entry }) {
    const result = el('span', { class: 'quiet', attributes: { role: 'status' } });
    const what = `${protocol} from ${address}: ${REASONS[reason] ?? reason}; ${attempts} attempts, last ${clockTime(at)}`;
    return el(
      'li',
      {},
      el('b', { text: id }),
      el('span', { class: 'quiet', text: what }),
      code !== null &&
        el(
          'p',
          {},
          'It reads this code aloud: ',
          el('b', { class: 'code', text: code }),
          ' ',
          el('button', {
            text: 'Let it in',
            attributes: { type: 'button', 'aria-label': `Let in the device with the code ${code}` },
            on: { click: () => void this.#confirm(code, result) },
          }),
        ),
      result,
      entry !== null && entryView(entry),
    );
  }

  /** @param {string} code @param {HTMLElement} result */
  async #confirm(code, result) {
    try {
      const { message } = await this.#rest.post(`v1/devices/unknown/${encodeURIComponent(code)}/confirm`);
      setText(result, message);
    } catch (error) {
      setText(result, /** @type {Error} */ (error).message);
    }
  }
}

/** @param {any} device */
function discoveredItem({ name, service, host, port, entry, note }) {
  return el(
    'li',
    {},
    el('b', { text: String(name) }),
    el('span', { class: 'quiet', text: `${service} at ${host}:${port}` }),
    note ? el('p', { class: 'quiet', text: note }) : null,
    entry ? entryView(entry) : null,
  );
}

/** @param {unknown} entry */
function entryView(entry) {
  return el(
    'details',
    {},
    el('summary', { text: 'Entry for devices.json' }),
    el('pre', { text: JSON.stringify(entry, null, 2), attributes: { tabindex: '0' } }),
  );
}
