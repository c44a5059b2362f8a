import { el, find, setHidden, setText } from './dom.js';
import { clockTime, duration } from './words.js';

/** So many mistakes are listed in the banner. */
const MISTAKES_SHOWN = 20;

/**
 * What is wrong with devices.json, with the line of the file where that is known.
 * @param {any} config as GET /v1/config has it
 */
export function showConfig(config) {
  /** @type {HTMLElement[]} */
  const items = [];
  const { last_reload: reload, misconfigured, problem } = config;
  if (problem) items.push(el('li', { text: problem }));
  if (reload && !reload.ok) {
    const lines = reload.lines ?? [];
    items.push(el('li', { text: 'devices.json was changed and has mistakes; the configuration before it runs:' }));
    items.push(
      ...reload.errors.map((/** @type {string} */ error, /** @type {number} */ at) => mistake(error, lines[at])),
    );
  }
  for (const { name, errors, lines = [] } of misconfigured) {
    items.push(
      ...errors.map((/** @type {string} */ error, /** @type {number} */ at) => mistake(error, lines[at], name)),
    );
  }
  const more = items.length - MISTAKES_SHOWN;
  if (more > 0) items.splice(MISTAKES_SHOWN, more, el('li', { text: `and ${more} more: GET /v1/config has all` }));
  find('config-mistakes').replaceChildren(...items);
  setText(find('config-file'), config.file);
  setHidden(find('config-banner'), items.length === 0);
}

/**
 * @param {string} text
 * @param {number | null | undefined} line
 * @param {string} [device]
 */
function mistake(text, line, device) {
  return el(
    'li',
    {},
    line !== null && line !== undefined && el('b', { text: `line ${line}: ` }),
    device !== undefined && el('span', { class: 'device', text: `${device}: ` }),
    text,
  );
}

/** @type {Record<string, { word: string, tone: string }>} */
const ENGINE_STATES = {
  up: { word: 'works', tone: 'good' },
  full: { word: 'has no room', tone: 'busy' },
  down: { word: 'fails', tone: 'bad' },
  ready: { word: 'works', tone: 'good' },
  starting: { word: 'starts', tone: 'busy' },
};
/** What becomes of an engine that gets no work. */
const TRIED_AGAIN = 'It is tried again by itself; others of its list do its work, if there are any.';
/** @type {Record<string, string>} */
const ENGINE_KINDS = { stt: 'Recogniser', llm: 'Language model', tts: 'Voice', vad: 'Voice activity' };

/**
 * Every engine with the state of its breaker, and what it failed with last.
 * @param {any} health as GET /v1/health has it
 * @param {number} now
 */
export function showEngines(health, now) {
  const engines = health.engine_states.map((/** @type {any} */ each) => {
    const { word, tone } = ENGINE_STATES[each.state] ?? { word: each.state, tone: 'busy' };
    const forHow = each.since === null ? '' : ` for ${duration(now - Date.parse(each.since))}`;
    const error = each.error ? `Last error ${clockTime(each.error.at)}: ${each.error.message}` : '';
    const next = tone === 'good' ? '' : TRIED_AGAIN;
    return engineItem(`${ENGINE_KINDS[each.kind] ?? each.kind}: ${each.engine}`, word + forHow, tone, error, next);
  });
  const hosts = health.speech_hosts.map((/** @type {any} */ { host, state }) => {
    const { word, tone } = ENGINE_STATES[state] ?? { word: state, tone: 'busy' };
    return engineItem(`Speech process ${host}`, word, tone, '');
  });
  const items = [...engines, ...hosts];
  const list = find('engines');
  // The devices stand below: what is as it was is not laid out anew, nor is a selection in it lost.
  const isShown =
    items.length === list.children.length &&
    items.every((item, index) => item.isEqualNode(list.children[index] ?? null));
  if (!isShown) list.replaceChildren(...items);
}

/** @param {string} name @param {string} word @param {string} tone @param {string} error @param {string} [next] */
function engineItem(name, word, tone, error, next = '') {
  return el(
    'li',
    { attributes: { 'data-tone': tone } },
    el('b', { text: name }),
    ' ',
    el('span', { class: 'pill', text: word, attributes: { 'data-tone': tone } }),
    next !== '' && el('span', { class: 'quiet', text: next }),
    error !== '' && el('span', { class: 'error', text: error }),
  );
}
