import { sinceOf, troubleOf } from './trouble.js';
import { stateOf } from './words.js';

/** @typedef {import('./fleet-state.js').Device} Device */

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** @param {Device} a @param {Device} b */
const byName = (a, b) => names.compare(a.name, b.name);

/**
 * Numbers in order, what has none last.
 * @param {(device: Device) => number | null} of
 */
const byNumber = (of) => (/** @type {Device} */ a, /** @type {Device} */ b) =>
  (of(a) ?? Infinity) - (of(b) ?? Infinity) || byName(a, b);

/**
 * What needs a hand comes first: behind what is not connected, what is but comes and goes, or has a warning.
 * @param {Device} device
 */
function rankOf(device) {
  const { rank, tone } = stateOf(device.state);
  return tone === 'good' && (device.flapping || device.warnings.length > 0) ? rank - 0.5 : rank;
}

/** Orders that the user may choose. @type {Record<string, (a: Device, b: Device) => number>} */
export const ORDERS = {
  trouble: (a, b) => rankOf(a) - rankOf(b) || byName(a, b),
  name: byName,
  since: (a, b) => (sinceOf(a) < sinceOf(b) ? 1 : sinceOf(a) > sinceOf(b) ? -1 : byName(a, b)),
  words: (a, b) => (b.words?.at ?? '').localeCompare(a.words?.at ?? '') || byName(a, b),
  roundTrip: byNumber(({ rttMs }) => (rttMs === null ? null : -rttMs)),
  signal: byNumber(({ rssiDbm }) => rssiDbm),
};

/** Groups of states that the user may choose. @type {Record<string, (device: Device) => boolean>} */
export const GROUPS = {
  all: () => true,
  trouble: (device) => stateOf(device.state).tone === 'bad' || device.flapping || device.warnings.length > 0,
  connected: ({ state }) => state === 'ready',
  talking: ({ activity }) => activity !== 'idle',
  absent: ({ state }) => state !== 'ready' && state !== 'disabled',
  off: ({ state }) => state === 'disabled',
};

/**
 * Whether a device has every word of a filter: in its name, address, state, error (as it is shown, its code or its message) or last words.
 * @param {Device} device
 * @param {readonly string[]} wanted in lower case
 */
export function hasWords(device, wanted) {
  if (wanted.length === 0) return true;
  const { name, address, state, lastError, words } = device;
  const all = [
    name,
    address,
    state,
    stateOf(state).word,
    troubleOf(device),
    ...(state === 'ready' || !lastError ? [] : [lastError.code, lastError.message]),
    words?.heard ?? '',
    words?.answer ?? '',
  ];
  const text = all.join('\n').toLowerCase();
  return wanted.every((word) => text.includes(word));
}
