// What the page says: states, times and amounts in plain words.

/** @type {Record<string, { word: string, tone: 'good' | 'busy' | 'bad' | 'off', rank: number }>} rank: what needs a hand comes first */
export const STATES = {
  misconfigured: { word: 'entry is wrong', tone: 'bad', rank: 0 },
  auth_failed: { word: 'refused', tone: 'bad', rank: 1 },
  backoff: { word: 'not reached', tone: 'bad', rank: 2 },
  busy: { word: 'has another client', tone: 'bad', rank: 3 },
  stopped: { word: 'stopped', tone: 'bad', rank: 4 },
  connecting: { word: 'being dialled', tone: 'busy', rank: 5 },
  handshaking: { word: 'introducing itself', tone: 'busy', rank: 6 },
  draining: { word: 'closing', tone: 'busy', rank: 7 },
  queued: { word: 'about to be dialled', tone: 'busy', rank: 8 },
  waiting: { word: 'waiting for it', tone: 'busy', rank: 9 },
  ready: { word: 'connected', tone: 'good', rank: 10 },
  disabled: { word: 'switched off', tone: 'off', rank: 11 },
};

/** @param {string} state */
export function stateOf(state) {
  return STATES[state] ?? { word: state, tone: 'busy', rank: 5 };
}

/** @type {Record<string, string>} */
export const STAGE_WORDS = {
  endpointing: 'end of speech',
  transcription: 'recognition',
  llm_first_token: 'language model',
  first_sentence: 'first sentence',
  tts_first_byte: 'voice',
  playback: 'sending',
};

/** @type {Record<string, string>} */
export const OUTCOME_WORDS = {
  answered: 'answered',
  no_speech: 'no words',
  failed: 'failed',
  interrupted: 'interrupted',
  disconnected: 'line lost',
};

/** @type {Record<string, string>} */
export const KIND_WORDS = {
  user: 'user',
  say: 'told to say',
  ask: 'told to ask',
  answer: 'answer to a question',
  greeting: 'greeting',
  long_silence: 'after a long silence',
  goodbye: 'goodbye',
};

/**
 * How long something takes, as in `3 min`: one unit, for a glance.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/**
 * The time since, as in `for 3 min`.
 * @param {string | null} iso
 * @param {number} now
 */
export function since(iso, now) {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? '' : `for ${duration(now - at)}`;
}

/**
 * When something is tried next.
 * @param {string | null} iso
 * @param {number} now
 */
export function nextTry(iso, now) {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return '';
  return at <= now ? 'trying now' : `next attempt in ${duration(at - now)}`;
}

/**
 * Time of day here, with the date when that is not today's.
 * @param {string | number} at
 */
export function clockTime(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

/** @param {number | null} ms */
export function roundTrip(ms) {
  return ms === null ? '' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** @param {number | null} dbm */
export function signal(dbm) {
  if (dbm === null) return '';
  const quality = dbm >= -60 ? 'strong' : dbm >= -75 ? 'fair' : 'weak';
  return `${dbm} dBm ${quality}`;
}
