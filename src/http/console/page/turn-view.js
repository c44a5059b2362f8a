import { el } from './dom.js';
import { clockTime, duration, KIND_WORDS, OUTCOME_WORDS, STAGE_WORDS } from './words.js';

/** @typedef {import('./fleet-state.js').EndedTurn} EndedTurn */

/**
 * The time that an answer took, as a bar by stage, with the figures in words.
 * @param {Record<string, number>} stages milliseconds
 */
export function latencyBar(stages) {
  const parts = Object.keys(STAGE_WORDS).filter((stage) => (stages[stage] ?? 0) > 0);
  const known = parts.reduce((sum, stage) => sum + (stages[stage] ?? 0), 0);
  if (parts.length === 0) return null;
  const total = stages.total ?? known;
  const words = parts.map((stage) => `${STAGE_WORDS[stage]} ${stages[stage]} ms`).join(', ');
  const bar = el('div', { class: 'bar', title: words, attributes: { 'aria-hidden': 'true' } });
  for (const stage of parts) {
    const part = el('span', { class: `stage-${stage}` });
    part.style.flexGrow = String(stages[stage]);
    bar.append(part);
  }
  const figures = el('span', { class: 'figures' }, el('b', { text: `${total} ms` }), ` ${words}`);
  return el('div', { class: 'latency' }, bar, figures);
}

/**
 * What was said, both ways.
 * @param {{ heard: string, answer: string }} words
 */
export function saidView({ heard, answer }) {
  return el(
    'div',
    { class: 'said' },
    heard !== '' && el('p', { class: 'heard' }, el('span', { class: 'who', text: 'User: ' }), heard),
    answer !== '' && el('p', { class: 'answer' }, el('span', { class: 'who', text: 'Device: ' }), answer),
  );
}

/**
 * A turn that has ended, for a time line.
 * @param {EndedTurn} turn
 * @param {{ withDevice: boolean, onAudio: ((turn: EndedTurn, place: HTMLElement) => void) | undefined }} options
 */
export function turnItem(turn, { withDevice, onAudio }) {
  const audio = el('div', { class: 'audio' });
  return el(
    'li',
    { class: 'turn', attributes: { 'data-outcome': turn.outcome } },
    el(
      'div',
      { class: 'turn-head' },
      el('time', { text: clockTime(turn.endedAt), attributes: { datetime: turn.endedAt } }),
      withDevice &&
        el('button', { class: 'link', text: turn.device, attributes: { type: 'button', 'data-open': turn.device } }),
      el('span', {
        class: 'quiet',
        text: `${KIND_WORDS[turn.kind] ?? turn.kind}, ${OUTCOME_WORDS[turn.outcome] ?? turn.outcome}`,
      }),
      onAudio &&
        el('button', {
          class: 'small',
          text: 'Audio',
          attributes: { type: 'button', 'aria-label': `Audio of turn ${turn.turn} of ${turn.device}` },
          on: { click: () => onAudio(turn, audio) },
        }),
    ),
    saidView(turn),
    turn.error && el('p', { class: 'error', text: turn.error.message }),
    latencyBar(turn.stages),
    audio,
  );
}

/**
 * A turn in progress.
 * @param {import('./fleet-state.js').LiveTurn} turn
 * @param {string} doing
 * @param {number} now
 */
export function liveTurnView(turn, doing, now) {
  return el(
    'div',
    { class: 'live-turn' },
    el('span', { class: 'quiet', text: `${doing}, ${duration(now - Date.parse(turn.startedAt))}` }),
    saidView({ heard: turn.heard, answer: '' }),
    latencyBar(turn.stages),
  );
}
