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

/** Orders that the user may choose. @type {Record<string, (a: Device, b: Device) => number>} */
export const ORDERS = {
  trouble: (a, b) => stateOf(a.state).rank - stateOf(b.state).rank || byName(a, b),
  name: byName,
  since: (a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : byName(a, b)),
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
 * Whether a device has every word of a filter: in its name, address, state, error or last words.
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
    state === 'ready' ? '' : (lastError?.message ?? ''),
    words?.heard ?? '',
    words?.answer ?? '',
  ];
  const text = all.join('\n').toLowerCase();
  return wanted.every((word) => text.includes(word));
}
