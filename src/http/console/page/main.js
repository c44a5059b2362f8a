import { showConfig, showEngines } from './banners.js';
import { DeviceDetail } from './device-detail.js';
import { DeviceList } from './device-list.js';
import { find, setHidden, setText } from './dom.js';
import { EventStream } from './event-stream.js';
import { FleetState } from './fleet-state.js';
import { FrameQueue } from './frame-queue.js';
import { Newcomers } from './newcomers.js';
import { Rest, RestError } from './rest.js';
import { setUpShortcuts } from './shortcuts.js';
import { askForToken, setUpSignIn, showConsole } from './sign-in.js';
import { TimeLine } from './time-line.js';
import { clockTime, duration } from './words.js';

/** What no event tells (round trips, strangers, engines that are asked) is asked for so often, milliseconds. */
const REFRESH_MS = 10_000;

const rest = new Rest();
const state = new FleetState();
const frames = new FrameQueue();
const list = new DeviceList(state, frames, rest, open);
const detail = new DeviceDetail(state, frames, rest, (name) => list.focus(name));
const timeLine = new TimeLine(state, frames, rest, open);
const newcomers = new Newcomers(rest);
/** Since when there is no connection, and when the next attempt is: by this machine's clock. @type {{ since: number, retryAt: number, why: string } | undefined} */
let lost;
let lastHeardAt = Date.now();
/** What GET /v1/health told last. @type {any} */
let health;
/** Whether the turns from before the connection are there. */
let hasPast = false;

/** Requests that are under way. @type {Map<string, { isAskedAgain: boolean, done: Promise<void> }>} */
const underWay = new Map();

const stream = new EventStream(rest, {
  onOpen() {
    showConsole();
    lost = undefined;
    lastHeardAt = Date.now();
    showConnection();
    newcomers.reset();
    void refreshAll();
  },
  onEvent(event) {
    lastHeardAt = Date.now();
    if (event.type === 'snapshot') {
      state.replace(event.devices);
      list.known();
    } else if (!state.apply(event)) {
      // A device that is not known has come with a devices.json that was read anew.
      void refreshStatus();
    }
    if (event.type === 'config.reloaded') void refreshAll();
    if (event.type === 'engine.state' || event.type === 'speech_host.state') void refreshHealth();
  },
  onLost(retryAt, why) {
    lost = { since: lost?.since ?? lastHeardAt, retryAt, why };
    // Turns that end meanwhile are asked for.
    hasPast = false;
    showConsole();
    showConnection();
  },
});

state.onDevice = (name) => {
  list.changed(name);
  detail.changed(name);
  timeLine.deviceChanged();
};
state.onTurn = (turn) => {
  timeLine.ended(turn);
  detail.turnEnded(turn);
};

rest.onUnauthorized = () => {
  const wasRefused = rest.hasToken;
  rest.setToken(undefined);
  stream.stop();
  askForToken(wasRefused);
};
setUpSignIn((token) => {
  rest.setToken(token);
  stream.start();
});
find('forget-token').addEventListener('click', () => {
  rest.setToken(undefined);
  stream.stop();
  askForToken(false);
});
find('try-now').addEventListener('click', () => stream.hurry());
addEventListener('online', () => stream.hurry());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) stream.hurry();
});
setUpShortcuts(detail);
setInterval(() => {
  if (lost === undefined && !document.hidden && find('sign-in').hidden) void refreshAll();
}, REFRESH_MS);
setInterval(showConnection, 1_000);
// How long an engine has been as it is.
setInterval(() => {
  if (lost === undefined && !document.hidden) showHealth();
}, 1_000);
stream.start();

/** @param {string} name */
function open(name) {
  detail.open(name);
}

function showConnection() {
  setHidden(find('connection-banner'), lost === undefined);
  setText(find('connection'), lost === undefined ? 'live' : 'no connection');
  find('connection').dataset.tone = lost === undefined ? 'good' : 'bad';
  if (lost === undefined) return;
  const wait = lost.retryAt - Date.now();
  setText(
    find('lost-since'),
    `No connection to the backend since ${clockTime(lost.since)}: ${lost.why}. What is shown is from then.`,
  );
  setText(find('lost-next'), wait > 0 ? `Next attempt in ${duration(wait)}.` : 'Trying …');
}

async function refreshAll() {
  await Promise.all([refreshStatus(), refreshHealth(), refreshConfig(), refreshTurns(), newcomers.refresh()]);
}

/**
 * Does a piece of work, one at a time: what is asked for while it is under way is done once more afterwards, since it may have changed meanwhile. What
 * fails here fails for the stream, too, and that says so.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
function quietly(name, work) {
  const known = underWay.get(name);
  if (known) {
    known.isAskedAgain = true;
    return known.done;
  }
  const task = { isAskedAgain: false, done: Promise.resolve() };
  underWay.set(name, task);
  const run = async () => {
    do {
      task.isAskedAgain = false;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof RestError)) throw error;
      }
    } while (task.isAskedAgain);
  };
  task.done = run().finally(() => underWay.delete(name));
  return task.done;
}

function refreshStatus() {
  return quietly('status', async () => state.replace((await rest.get('v1/devices/status')).devices));
}

function refreshHealth() {
  return quietly('health', async () => {
    health = await rest.get('v1/health');
    showHealth();
  });
}

/** What is known of the engines and the fleet as a whole. */
function showHealth() {
  if (!health) return;
  showEngines(health, rest.now());
  setText(find('fleet-summary'), health.message);
  // What is wrong with devices.json has a banner of its own, with the lines.
  const problems = health.problems.filter((/** @type {string} */ problem) => !problem.startsWith('devices.json'));
  setText(find('problems'), problems.join(' · '));
  setHidden(find('problems'), problems.length === 0);
}

function refreshConfig() {
  return quietly('config', async () => showConfig(await rest.get('v1/config')));
}

/** The turns that ended before the page was there, or while it had no connection. */
function refreshTurns() {
  return quietly('turns', async () => {
    if (hasPast) return;
    const { turns, recordings } = await rest.get('v1/turns?per_device=1&limit=1000');
    timeLine.hasRecordings = detail.hasRecordings = recordings === true;
    state.addPast(turns);
    const newest = await rest.get('v1/turns?limit=30');
    state.addPast(newest.turns);
    timeLine.showAll();
    hasPast = true;
  });
}
