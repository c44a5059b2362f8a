import { el, find, setHidden, setText } from './dom.js';
import { showAudio } from './turn-audio.js';
import { addTurns } from './turn-list.js';
import { liveTurnView, turnItem } from './turn-view.js';

/** Turns of the whole fleet that are shown. */
const ENDED_SHOWN = 30;
const LIVE_SHOWN = 12;
/** @type {Record<string, string>} */
const DOING = { listening: 'the user speaks', thinking: 'thinking of an answer', speaking: 'answering' };

/** The turns of the whole fleet: those in progress, and the last ones. */
export class TimeLine {
  #live = find('live-turns');
  #ended = find('time-line');
  /** Turns that are not shown yet, oldest first. @type {import('./fleet-state.js').EndedTurn[]} */
  #fresh = [];
  #state;
  #frames;
  #rest;
  hasRecordings = false;

  /**
   * @param {import('./fleet-state.js').FleetState} state
   * @param {import('./frame-queue.js').FrameQueue} frames
   * @param {import('./rest.js').Rest} rest
   * @param {(name: string) => void} onOpen
   */
  constructor(state, frames, rest, onOpen) {
    this.#state = state;
    this.#frames = frames;
    this.#rest = rest;
    for (const list of [this.#live, this.#ended]) {
      list.addEventListener('click', ({ target }) => {
        const name = /** @type {HTMLElement} */ (target).dataset.open;
        if (name !== undefined) onOpen(name);
      });
    }
    setInterval(() => this.#frames.add('live', () => this.#showLive()), 1_000);
  }

  /** Shows what the state holds, from the beginning. */
  showAll() {
    this.#fresh = [];
    this.#ended.replaceChildren(...this.#state.turns.slice(0, ENDED_SHOWN).map((turn) => this.#item(turn)));
    setHidden(find('no-turns'), this.#ended.childElementCount > 0);
  }

  deviceChanged() {
    this.#frames.add('live', () => this.#showLive());
  }

  /** @param {import('./fleet-state.js').EndedTurn} turn */
  ended(turn) {
    this.#fresh.push(turn);
    // Of more than are shown, only the newest ever are.
    if (this.#fresh.length > ENDED_SHOWN) this.#fresh.shift();
    this.#frames.add('time line', () => this.#showFresh());
  }

  #showFresh() {
    const items = this.#fresh.map((turn) => this.#item(turn));
    this.#fresh = [];
    addTurns(this.#ended, items, ENDED_SHOWN);
    setHidden(find('no-turns'), this.#ended.childElementCount > 0);
  }

  /** @param {import('./fleet-state.js').EndedTurn} turn */
  #item(turn) {
    const onAudio = this.hasRecordings
      ? (/** @type {any} */ of, /** @type {HTMLElement} */ place) => void showAudio(this.#rest, of, place)
      : undefined;
    return turnItem(turn, { withDevice: true, onAudio });
  }

  #showLive() {
    const now = this.#rest.now();
    const all = [...this.#state.devices.values()].filter(({ turn }) => turn !== null);
    // The user has a button in hand: it is not taken away.
    if (!this.#live.contains(document.activeElement)) {
      this.#live.replaceChildren(
        ...all
          .slice(0, LIVE_SHOWN)
          .map(({ name, turn, activity }) =>
            el(
              'li',
              {},
              el('button', { class: 'link', text: name, attributes: { type: 'button', 'data-open': name } }),
              turn && liveTurnView(turn, DOING[activity] ?? activity, now),
            ),
          ),
      );
    }
    setText(
      find('live-count'),
      all.length > LIVE_SHOWN ? `${all.length} at a time; the first ${LIVE_SHOWN} of them` : '',
    );
    setHidden(find('no-live'), all.length > 0);
  }
}
