// A large fleet in which something happens all the time, in a process of its own: the browser has the other core.
import { serve } from './child.mjs';
import { startPretendedFleet } from './pretended-fleet.mjs';

const WORDS = 'what is the weather like tomorrow and shall I take an umbrella with me'.split(' ');
const STAGES = { endpointing: 420, transcription: 90, llm_first_token: 230, first_sentence: 80, tts_first_byte: 140 };
/** Events come in steps of this, milliseconds. */
const STEP_MS = 20;

let fleet;
let timer;
let told = 0;

serve({
  start: async (count) => {
    const entries = Array.from({ length: count }, (_, index) => ({
      name: `room ${index + 1}`,
      host: `10.1.${index >> 8}.${index & 255}`,
      enabled: index % 25 !== 7,
    }));
    fleet = await startPretendedFleet({ entries });
    for (const [index, name] of fleet.names.entries()) {
      fleet.set(name, { rttMs: 5 + (index % 90), reported: { wifiRssiDbm: -40 - (index % 50) } });
    }
    return fleet.url;
  },
  /** Tells so many events a second, from now on. */
  tell(perSecond) {
    const step = happenings(fleet);
    let owed = 0;
    told = 0;
    timer = setInterval(() => {
      for (owed += (perSecond * STEP_MS) / 1_000; owed >= 1; owed -= 1) {
        step.next();
        told += 1;
      }
    }, STEP_MS);
  },
  /** @returns how many events were told */
  stop() {
    clearInterval(timer);
    return told;
  },
});

/** One event a step: turns from their start to their end, and lines that come and go. */
function* happenings({ names, report, state }) {
  for (let turn = 1; ; turn += 1) {
    // Neighbours in time are no neighbours in the list.
    const device = names[(turn * 37) % names.length];
    const other = names[(turn * 53 + 11) % names.length];
    const heard = WORDS.slice(0, 3 + (turn % WORDS.length)).join(' ');
    yield report({ type: 'turn.started', device, turn });
    yield report({ type: 'turn.heard', device, turn, text: heard, stages: STAGES });
    yield state(other, 'backoff', {
      lastError: { code: 'link_lost', message: 'the connection broke', at: Date.now() },
      nextRetryAt: Date.now() + 5_000,
      attempts: 1,
    });
    yield report({ type: 'turn.speaking', device, turn, stages: { ...STAGES, playback: 12, total: 972 } });
    yield report({ type: 'device.status', device: other, wifiRssiDbm: -40 - (turn % 50) });
    yield state(other, 'ready', { lastError: null, nextRetryAt: null, attempts: 0 });
    const said = { heard, answer: `${heard}: yes`, written: `${heard}: yes`, spokenMs: 2_000, moments: {} };
    yield report({ type: 'turn.ended', device, turn, kind: 'user', outcome: 'answered', ...said, stages: STAGES });
  }
}
