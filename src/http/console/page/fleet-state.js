/**
 * A device as the page knows it. Times are ISO 8601, as the backend tells them.
 * @typedef {object} Device
 * @property {string} name
 * @property {string} state
 * @property {string} since
 * @property {string | null} downSince since when it is not connected although it is to be; null: it is not so
 * @property {string} activity
 * @property {boolean} enabled
 * @property {'enabled' | 'disabled' | null} override
 * @property {boolean} flapping
 * @property {number} attempts
 * @property {number} connections
 * @property {{ code: string, message: string, at: string } | null} lastError
 * @property {string | null} nextRetryAt
 * @property {string | null} lastSeenAt
 * @property {number | null} rttMs
 * @property {number | null} rssiDbm
 * @property {string} address
 * @property {{ code: string, message: string, at: string }[]} warnings
 * @property {LiveTurn | null} turn the turn in progress
 * @property {{ heard: string, answer: string, at: string } | null} words what was said last
 */

/**
 * A turn in progress.
 * @typedef {object} LiveTurn
 * @property {number} turn
 * @property {string} startedAt
 * @property {string} heard
 * @property {Record<string, number>} stages milliseconds
 */

/**
 * A turn that has ended.
 * @typedef {object} EndedTurn
 * @property {string} device
 * @property {number} turn
 * @property {string} kind
 * @property {string} outcome
 * @property {string} endedAt
 * @property {string} heard
 * @property {string} answer
 * @property {Record<string, number>} stages milliseconds
 * @property {{ kind: string, code: string, message: string } | null} error
 */

/** The most turns that the page remembers. */
const TURNS_KEPT = 100;

/** Up, or down as is wanted. */
const NOT_DOWN = new Set(['ready', 'disabled', 'stopped']);

/** What is known of the fleet: made from the snapshot, the events and the answers of the backend. It knows no page. */
export class FleetState {
  /** @type {Map<string, Device>} */
  devices = new Map();
  /** Newest first. @type {EndedTurn[]} */
  turns = [];
  /** Told of a device that is new, changed or gone. @type {(name: string) => void} */
  onDevice = () => {};
  /** Told of a turn that has ended. @type {(turn: EndedTurn) => void} */
  onTurn = () => {};

  /**
   * Every device anew: what `GET /v1/devices/status` and the snapshot say.
   * @param {Record<string, any>} statuses by name
   */
  replace(statuses) {
    for (const name of this.devices.keys()) {
      if (Object.hasOwn(statuses, name)) continue;
      this.devices.delete(name);
      this.onDevice(name);
    }
    for (const [name, status] of Object.entries(statuses)) {
      const known = this.devices.get(name);
      const device = toDevice(name, status, known);
      // Between turns there is nothing that the backend says of one.
      if (device.activity === 'idle') device.turn = null;
      this.devices.set(name, device);
      if (JSON.stringify(known) !== JSON.stringify(device)) this.onDevice(name);
    }
  }

  /**
   * Turns that ended before the page was there.
   * @param {readonly any[]} turns as GET /v1/turns has them, newest first
   */
  addPast(turns) {
    this.turns = withPast(this.turns, turns).slice(0, TURNS_KEPT);
    for (const turn of [...turns].reverse()) this.#noteWords(toEndedTurn(turn));
  }

  /**
   * Something has happened.
   * @param {Record<string, any>} event
   * @returns {boolean} false: it is about a device that is not known
   */
  apply(event) {
    const device = this.devices.get(event.device);
    if (!device) return event.device === undefined;
    switch (event.type) {
      case 'device.state':
        this.#stateChanged(device, event);
        break;
      case 'device.attempt':
        device.attempts = event.attempt;
        break;
      case 'device.status':
        device.rssiDbm = event.wifi_rssi_dbm;
        device.lastSeenAt = event.at;
        break;
      case 'device.warning':
        device.warnings = [...device.warnings, { code: event.code, message: event.message, at: event.at }];
        break;
      case 'turn.started':
        device.turn = { turn: event.turn, startedAt: event.at, heard: '', stages: {} };
        device.activity = 'listening';
        break;
      case 'turn.heard':
        this.#progressed(device, event, 'thinking');
        if (event.text && device.turn) device.turn.heard = event.text;
        break;
      case 'turn.speaking':
        this.#progressed(device, event, 'speaking');
        break;
      case 'turn.ended':
        this.#ended(device, event);
        break;
      default:
        return true;
    }
    this.onDevice(device.name);
    return true;
  }

  /** @param {Device} device @param {Record<string, any>} event */
  #stateChanged(device, event) {
    device.state = event.state;
    device.since = event.at;
    device.downSince = NOT_DOWN.has(event.state) ? null : (device.downSince ?? event.at);
    device.nextRetryAt = event.next_retry_at;
    if (event.error) device.lastError = { ...event.error, at: event.at };
    if (event.state === 'disabled') device.enabled = false;
    else if (event.previous === 'disabled') device.enabled = true;
    if (event.state === 'ready') device.attempts = 0;
    else {
      device.turn = null;
      device.activity = 'idle';
    }
  }

  /** @param {Device} device @param {Record<string, any>} event @param {string} activity */
  #progressed(device, event, activity) {
    device.activity = activity;
    const known = device.turn;
    /** @type {LiveTurn} */
    const turn =
      known?.turn === event.turn && known ? known : { turn: event.turn, startedAt: event.at, heard: '', stages: {} };
    Object.assign(turn.stages, event.stages_ms);
    device.turn = turn;
  }

  /** @param {Device} device @param {Record<string, any>} event */
  #ended(device, event) {
    // A turn that takes over from another one has begun before that one ends.
    if (device.turn === null || device.turn.turn <= event.turn) {
      device.turn = null;
      device.activity = 'idle';
    }
    const turn = toEndedTurn({ ...event, ended_at: event.at });
    this.turns.unshift(turn);
    if (this.turns.length > TURNS_KEPT) this.turns.length = TURNS_KEPT;
    this.#noteWords(turn);
    this.onTurn(turn);
  }

  /** @param {EndedTurn} turn */
  #noteWords({ device: name, heard, answer, endedAt }) {
    const device = this.devices.get(name);
    if (!device || (heard === '' && answer === '') || (device.words && device.words.at > endedAt)) return;
    device.words = {
      heard: heard || (device.words?.heard ?? ''),
      answer: answer || (device.words?.answer ?? ''),
      at: endedAt,
    };
    this.onDevice(name);
  }
}

/**
 * @param {string} name
 * @param {any} status
 * @param {Device | undefined} known
 * @returns {Device}
 */
function toDevice(name, status, known) {
  const host = status.device_host;
  return {
    name,
    state: status.state,
    since: status.since,
    downSince: status.down_since,
    activity: status.activity,
    enabled: status.enabled,
    override: status.override,
    flapping: status.flapping,
    attempts: status.attempts,
    connections: status.connections,
    lastError: status.last_error,
    nextRetryAt: status.next_retry_at,
    lastSeenAt: status.last_seen_at,
    rttMs: status.rtt_ms,
    rssiDbm: status.reported?.wifi_rssi_dbm ?? null,
    address: host === null ? 'dials in' : `${host.includes(':') ? `[${host}]` : host}:${status.device_port}`,
    warnings: status.warnings,
    turn: known?.turn ?? null,
    words: known?.words ?? null,
  };
}

/**
 * @param {any} turn
 * @returns {EndedTurn}
 */
function toEndedTurn(turn) {
  return {
    device: turn.device,
    turn: turn.turn,
    kind: turn.kind,
    outcome: turn.outcome,
    endedAt: turn.ended_at,
    heard: turn.heard ?? '',
    answer: turn.answer ?? '',
    stages: turn.stages_ms,
    error: turn.error,
  };
}

/**
 * Turns that are known, and others as the backend tells them, each once and newest first.
 * @param {readonly EndedTurn[]} known
 * @param {readonly any[]} told as GET /v1/turns has them
 * @returns {EndedTurn[]}
 */
export function withPast(known, told) {
  const keys = new Set(known.map(keyOf));
  const past = told.map(toEndedTurn).filter((turn) => !keys.has(keyOf(turn)));
  return [...known, ...past].sort(byNewest);
}

/**
 * Turns that ended in the same millisecond stay in the order that they have.
 * @param {EndedTurn} a
 * @param {EndedTurn} b
 */
function byNewest(a, b) {
  if (a.endedAt === b.endedAt) return 0;
  return a.endedAt < b.endedAt ? 1 : -1;
}

/** @param {EndedTurn} turn */
const keyOf = ({ device, turn, endedAt }) => JSON.stringify([device, turn, endedAt]);
