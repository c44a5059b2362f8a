import type { Clock, Timer } from '#src/core/clock';
import type { SimEvent } from '../device/events.ts';

/** One line at the foot of a terminal. */
export interface LevelLine {
  levels(levels: { readonly mic: number; readonly speaker: number }): void;
  event(event: SimEvent): void;
  end(): void;
}

const BARS = 12;
/** The quietest that is shown, dB of full scale. */
const LOWEST_DB = -60;
/** How often it is drawn, milliseconds. */
const DRAW_MS = 100;
const MAX_TEXT = 60;

/** Where the line is drawn. */
interface LineOutput {
  readonly isTTY: boolean;
  write(text: string): boolean;
}

/** Shows levels, state and what was understood; nothing where the output is no terminal. */
export function startLevelLine(out: LineOutput, clock: Clock): LevelLine {
  if (!out.isTTY) return { levels: () => {}, event: () => {}, end: () => {} };
  let [mic, speaker, state, text] = [0, 0, 'waits for a backend', ''];
  let timer: Timer | undefined;
  const clear = () => out.write('\r\x1b[K');
  const draw = () => {
    out.write(`\r\x1b[K${levelLine(mic, speaker, state, text)}\r`);
    [mic, speaker] = [0, 0];
    timer = clock.setTimer(draw, DRAW_MS);
  };
  draw();
  return {
    levels: (levels) => {
      mic = Math.max(mic, levels.mic);
      speaker = Math.max(speaker, levels.speaker);
    },
    event: (event) => {
      if (event.type === 'connected') state = 'listens';
      if (event.type === 'disconnected') state = 'waits for a backend';
      if (event.type === 'reply_audio_started') state = 'answers';
      if (event.type === 'reply_ended') [state, text] = ['listens', ''];
      if (event.type === 'transcript') text = `${text} ${event.text}`.trim().slice(-MAX_TEXT);
      // The line makes room for what is printed.
      clear();
    },
    end: () => {
      clock.clearTimer(timer);
      clear();
    },
  };
}

/** The text of the line. Levels are 0 to 1. */
function levelLine(mic: number, speaker: number, state: string, text: string): string {
  return `mic ${bars(mic)} speaker ${bars(speaker)} ${state}${text === '' ? '' : `: ${text}`}`;
}

function bars(level: number): string {
  const db = level > 0 ? 20 * Math.log10(level) : LOWEST_DB;
  const full = Math.max(0, Math.min(BARS, Math.round(((db - LOWEST_DB) / -LOWEST_DB) * BARS)));
  return '#'.repeat(full) + '.'.repeat(BARS - full);
}
