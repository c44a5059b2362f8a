import { el } from './dom.js';
import { devicePath } from './rest.js';

/** A recording and its turn end in the same moment, but for what the disk and the clock do. Milliseconds. */
const SAME_MOMENT_MS = 5_000;

/** @type {Set<string>} */
const urls = new Set();

/**
 * Fetches the audio of a turn and shows players for both sides. The address of a file in an `audio` element could not carry the token.
 * @param {import('./rest.js').Rest} rest
 * @param {import('./fleet-state.js').EndedTurn} turn
 * @param {HTMLElement} place
 */
export async function showAudio(rest, turn, place) {
  place.replaceChildren(el('span', { class: 'quiet', text: 'Looking for the recording …' }));
  try {
    const { recordings } = await rest.get(devicePath(turn.device, 'recordings?limit=200'));
    const apart = (/** @type {any} */ recording) => Math.abs(Date.parse(recording.ended_at) - Date.parse(turn.endedAt));
    const found = recordings
      .filter((/** @type {any} */ recording) => recording.turn === turn.turn && apart(recording) <= SAME_MOMENT_MS)
      .sort((/** @type {any} */ a, /** @type {any} */ b) => apart(a) - apart(b))[0];
    const sides = [
      ['User', found?.user],
      ['Device', found?.assistant],
    ].filter(([, side]) => side?.file);
    if (sides.length === 0)
      return place.replaceChildren(
        el('span', { class: 'quiet', text: 'There is no recording of this turn (any more).' }),
      );
    const players = await Promise.all(sides.map(([who, side]) => player(rest, turn.device, who, found.day, side.file)));
    place.replaceChildren(...players);
  } catch (error) {
    place.replaceChildren(el('span', { class: 'error', text: /** @type {Error} */ (error).message }));
  }
}

/**
 * @param {import('./rest.js').Rest} rest
 * @param {string} device
 * @param {string} who
 * @param {string} day
 * @param {string} file
 */
async function player(rest, device, who, day, file) {
  const response = await rest.open(
    devicePath(device, `recordings/${encodeURIComponent(day)}/${encodeURIComponent(file)}`),
  );
  const audio = /** @type {HTMLAudioElement} */ (
    el('audio', { attributes: { controls: '', preload: 'metadata', 'aria-label': who } })
  );
  const url = URL.createObjectURL(await response.blob());
  urls.add(url);
  audio.src = url;
  freeUnused();
  return el('div', { class: 'player' }, el('span', { text: who }), audio);
}

/** Gives back the audio of players that are no longer in the page. */
function freeUnused() {
  queueMicrotask(() => {
    const used = new Set([...document.querySelectorAll('audio')].map(({ src }) => src));
    // The newest ones are put into the page right after they are made.
    for (const url of [...urls].slice(0, -4)) {
      if (used.has(url)) continue;
      URL.revokeObjectURL(url);
      urls.delete(url);
    }
  });
}
