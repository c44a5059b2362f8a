import { el, find, input, setHidden, setText } from './dom.js';
import { ERROR_WORDS } from './error-words.js';
import { withPast } from './fleet-state.js';
import { devicePath } from './rest.js';
import { sinceOf, troubleOf } from './trouble.js';
import { showAudio } from './turn-audio.js';
import { addTurns } from './turn-list.js';
import { liveTurnView, turnItem } from './turn-view.js';
import { clockTime, duration, nextTry, roundTrip, signal, since, stateOf } from './words.js';

/** @typedef {import('./fleet-state.js').Device} Device */

/** Turns of one device that are shown. */
const TURNS_SHOWN = 20;

/** What can be asked of a device without words, by the id of its button. @type {Record<string, { verb: string, done: string }>} */
const VERBS = {
  'do-interrupt': { verb: 'interrupt', done: 'The answer is stopped.' },
  'do-reconnect': { verb: 'reconnect', done: 'It is being dialled.' },
  'do-enable': { verb: 'enable', done: 'Switched on, until devices.json is read again.' },
  'do-disable': { verb: 'disable', done: 'Switched off, until devices.json is read again.' },
};

/** @type {Record<string, string>} */
const SAY_OUTCOMES = {
  played: 'It was said.',
  interrupted: 'The user has interrupted it.',
  failed: 'It could not be said',
  disconnected: 'The line was lost meanwhile.',
  expired: 'It waited too long, and was not said.',
};

/** Everything about one device, and what can be asked of it. */
export class DeviceDetail {
  #panel = find('detail');
  /** @type {string | undefined} */
  #name;
  /** Turns of the device, newest first. @type {import('./fleet-state.js').EndedTurn[]} */
  #turns = [];
  /** Those of them that are not shown yet, oldest first. @type {import('./fleet-state.js').EndedTurn[]} */
  #fresh = [];
  #state;
  #frames;
  #rest;
  #onClosed;
  hasRecordings = false;

  /**
   * @param {import('./fleet-state.js').FleetState} state
   * @param {import('./frame-queue.js').FrameQueue} frames
   * @param {import('./rest.js').Rest} rest
   * @param {(name: string) => void} onClosed
   */
  constructor(state, frames, rest, onClosed) {
    this.#state = state;
    this.#frames = frames;
    this.#rest = rest;
    this.#onClosed = onClosed;
    find('detail-close').addEventListener('click', () => this.close());
    find('say-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#say();
    });
    for (const [id, { verb, done }] of Object.entries(VERBS))
      find(id).addEventListener('click', () => void this.#ask(verb, undefined, done));
    setInterval(() => this.#showSoon(), 1_000);
  }

  /** The device that is shown; undefined: none. */
  get name() {
    return this.#name;
  }

  /** @param {string} name */
  open(name) {
    if (!this.#state.devices.has(name)) return;
    if (name !== this.#name) {
      this.#name = name;
      this.#turns = this.#state.turns.filter(({ device }) => device === name).slice(0, TURNS_SHOWN);
      input('say-text').value = '';
      setText(find('detail-result'), '');
      void this.#fetchTurns(name);
    }
    this.#show();
    this.#showTurns();
    setHidden(this.#panel, false);
    document.body.classList.add('has-detail');
    find('detail-name').focus();
  }

  close() {
    const name = this.#name;
    if (name === undefined) return;
    this.#name = undefined;
    setHidden(this.#panel, true);
    document.body.classList.remove('has-detail');
    this.#onClosed(name);
  }

  /** @param {string} name */
  changed(name) {
    if (name === this.#name) this.#showSoon();
  }

  /** @param {import('./fleet-state.js').EndedTurn} turn */
  turnEnded(turn) {
    if (turn.device !== this.#name) return;
    this.#turns = [turn, ...this.#turns].slice(0, TURNS_SHOWN);
    this.#fresh.push(turn);
    this.#frames.add('detail turns', () => this.#showFresh());
  }

  /** Does what a button of the panel does. @param {string} id */
  press(id) {
    if (this.#name !== undefined) find(id).click();
  }

  #showSoon() {
    if (this.#name !== undefined) this.#frames.add('detail', () => this.#show());
  }

  #show() {
    const device = this.#state.devices.get(this.#name ?? '');
    if (!device) return this.close();
    const now = this.#rest.now();
    setText(find('detail-name'), device.name);
    const { word, tone } = stateOf(device.state);
    const pill = find('detail-state');
    setText(pill, word);
    pill.dataset.tone = tone;
    setText(find('detail-since'), since(sinceOf(device), now));
    this.#showFacts(device, now);
    const trouble = troubleOf(device);
    setHidden(find('detail-trouble'), trouble === '');
    if (trouble !== '' && device.lastError) {
      const { code, message, at } = device.lastError;
      setText(find('detail-trouble-what'), `${capital(trouble)}.`);
      setText(find('detail-trouble-todo'), `What to do: ${ERROR_WORDS[code]?.todo ?? message}`);
      setText(find('detail-trouble-message'), `${clockTime(at)} ${code}: ${message}`);
      setText(find('detail-trouble-next'), capital(nextTry(device.nextRetryAt, now)));
    }
    const warnings = JSON.stringify(device.warnings);
    const list = find('detail-warnings');
    if (list.dataset.shown !== warnings) {
      list.dataset.shown = warnings;
      list.replaceChildren(...device.warnings.map(({ code, message }) => el('li', { text: `${code}: ${message}` })));
    }
    const live = find('detail-live');
    live.replaceChildren(...(device.turn ? [liveTurnView(device.turn, device.activity, now)] : []));
    const [gone, come] = device.enabled ? ['do-enable', 'do-disable'] : ['do-disable', 'do-enable'];
    const hadFocus = document.activeElement === find(gone);
    setHidden(find(gone), true);
    setHidden(find(come), false);
    // The user who pressed it stays where it was.
    if (hadFocus) find(come).focus();
  }

  /** @param {Device} device @param {number} now */
  #showFacts(device, now) {
    /** @type {Record<string, string>} */
    const facts = {
      'fact-address': device.address,
      'fact-trip': roundTrip(device.rttMs) || 'not known',
      'fact-signal': signal(device.rssiDbm) || 'the device does not tell',
      'fact-seen': device.lastSeenAt === null ? 'never' : `${duration(now - Date.parse(device.lastSeenAt))} ago`,
      'fact-connections': `${device.connections}${device.flapping ? ', it comes and goes' : ''}`,
      'fact-override':
        device.override === null ? 'as devices.json says' : `${device.override} here, until devices.json is read again`,
    };
    for (const [id, text] of Object.entries(facts)) setText(find(id), text);
  }

  /** Every turn anew. */
  #showTurns() {
    this.#fresh = [];
    find('detail-turns').replaceChildren(...this.#turns.map((turn) => this.#item(turn)));
    setHidden(find('detail-no-turns'), this.#turns.length > 0);
  }

  /** @param {readonly import('./fleet-state.js').EndedTurn[]} older */
  #appendTurns(older) {
    find('detail-turns').append(...older.map((turn) => this.#item(turn)));
    setHidden(find('detail-no-turns'), this.#turns.length > 0);
  }

  #showFresh() {
    const items = this.#fresh.map((turn) => this.#item(turn));
    this.#fresh = [];
    addTurns(find('detail-turns'), items, TURNS_SHOWN);
    setHidden(find('detail-no-turns'), this.#turns.length > 0);
  }

  /** @param {import('./fleet-state.js').EndedTurn} turn */
  #item(turn) {
    const onAudio = this.hasRecordings
      ? (/** @type {any} */ of, /** @type {HTMLElement} */ place) => void showAudio(this.#rest, of, place)
      : undefined;
    return turnItem(turn, { withDevice: false, onAudio });
  }

  /** @param {string} name */
  async #fetchTurns(name) {
    /** @type {any[]} */
    let past = [];
    try {
      const { turns } = await this.#rest.get(devicePath(name, `turns?limit=${TURNS_SHOWN}`));
      past = turns.map((/** @type {any} */ turn) => ({ ...turn, device: name }));
    } catch {
      // Those that are known are shown, and the page says itself when there is no connection.
    }
    this.#state.addPast(past);
    if (name !== this.#name) return;
    // Not from the state: of a fleet that talks much it has none of a device that was silent for long.
    const known = this.#turns;
    this.#turns = withPast(known, past).slice(0, TURNS_SHOWN);
    // What is shown already may hold a player that is listened to.
    if (known.every((turn, at) => turn === this.#turns[at])) this.#appendTurns(this.#turns.slice(known.length));
    else this.#showTurns();
  }

  #say() {
    const text = input('say-text').value.trim();
    if (text === '') {
      setText(find('detail-result'), 'Write what the device is to say.');
      return input('say-text').focus();
    }
    return this.#ask('say', { text }, 'It was said.');
  }

  /**
   * @param {string} verb
   * @param {unknown} body
   * @param {string} done
   */
  async #ask(verb, body, done) {
    const name = this.#name;
    if (name === undefined) return;
    const tell = (/** @type {string} */ text) => {
      if (name === this.#name) setText(find('detail-result'), text);
    };
    tell('…');
    try {
      const answer = await this.#rest.post(devicePath(name, verb), body);
      if (verb !== 'say') return tell(done);
      const said = SAY_OUTCOMES[answer.outcome] ?? answer.outcome;
      tell(answer.error ? `${said}: ${answer.error.message ?? answer.error.code}` : said);
      if (answer.outcome === 'played' && name === this.#name) input('say-text').value = '';
    } catch (error) {
      tell(capital(/** @type {Error} */ (error).message));
    }
  }
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
