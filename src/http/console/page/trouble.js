import { ERROR_WORDS } from './error-words.js';

/** @typedef {import('./fleet-state.js').Device} Device */

/**
 * Why a device is not connected, in plain words.
 * @param {Device} device
 */
export function troubleOf({ state, enabled, lastError }) {
  if (state === 'ready' || !enabled || !lastError) return '';
  return ERROR_WORDS[lastError.code]?.what ?? lastError.message;
}

/**
 * Since when a device is as it is: of one that is dialled again and again, since when it is away.
 * @param {Device} device
 */
export function sinceOf({ since, downSince }) {
  return downSince ?? since;
}
