import { type SpokenTurn, spokenTurns } from '../recording/spoken-turns.ts';
import type { TwoChannels } from '../recording/stereo-wav.ts';
import { encodePng } from './png.ts';
import { drawText, LETTER_HEIGHT, LETTER_WIDTH } from './small-font.ts';

const WIDTH = 1200;
const LANE = 110;
const AXIS = 24;
const HEIGHT = 2 * LANE + AXIS;
const SCALE = 2;
/** Between two marks of the time axis, at least. */
const TICK_PIXELS = 80;
const TICKS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600];

const PALETTE = [
  [255, 255, 255],
  [33, 102, 172],
  [178, 64, 32],
  [255, 236, 179],
  [150, 150, 150],
  [40, 40, 40],
] as const;
const [MIC, SPEAKER, WAIT, GRID, TEXT] = [1, 2, 3, 4, 5] as const;

/**
 * Draws both sides of a conversation, the user above, the device below, as a PNG file. What lies between the last sound of the user and the first
 * of the answer is shaded and labelled with its length.
 */
export function waveformPng(recording: TwoChannels): Uint8Array {
  const { mic, speaker, sampleRate } = recording;
  const canvas = new Canvas();
  const lengthMs = Math.max(1, (mic.length * 1000) / sampleRate);
  const xOf = (ms: number): number => Math.round((ms / lengthMs) * (WIDTH - 1));
  for (const turn of spokenTurns(recording)) shade(canvas, turn, xOf);
  lane(canvas, mic, 0, MIC);
  lane(canvas, speaker, LANE, SPEAKER);
  canvas.fill(0, LANE, WIDTH, 1, GRID);
  axis(canvas, lengthMs, xOf);
  canvas.text('user', 4, 4, MIC);
  canvas.text('device', 4, LANE + 4, SPEAKER);
  return encodePng({ width: WIDTH, height: HEIGHT, pixels: canvas.pixels, palette: PALETTE });
}

class Canvas {
  readonly pixels = new Uint8Array(WIDTH * HEIGHT);

  fill(left: number, top: number, width: number, height: number, colour: number): void {
    for (let y = Math.max(0, top); y < Math.min(HEIGHT, top + height); y++) {
      this.pixels.fill(colour, y * WIDTH + Math.max(0, left), y * WIDTH + Math.min(WIDTH, left + width));
    }
  }

  text(text: string, left: number, top: number, colour: number): void {
    drawText(text, (x, y) => this.fill(left + x * SCALE, top + y * SCALE, SCALE, SCALE, colour));
  }
}

function lane(canvas: Canvas, samples: Int16Array, top: number, colour: number): void {
  const middle = top + LANE / 2;
  for (let x = 0; x < WIDTH; x++) {
    const from = Math.floor((x * samples.length) / WIDTH);
    const to = Math.max(from + 1, Math.floor(((x + 1) * samples.length) / WIDTH));
    let [low, high] = [0, 0];
    for (let index = from; index < to; index++) {
      low = Math.min(low, samples[index] ?? 0);
      high = Math.max(high, samples[index] ?? 0);
    }
    const up = Math.round((high / 32_768) * (LANE / 2 - 2));
    const down = Math.round((-low / 32_768) * (LANE / 2 - 2));
    canvas.fill(x, middle - up, 1, up + down + 1, colour);
  }
}

function shade(canvas: Canvas, turn: SpokenTurn, xOf: (ms: number) => number): void {
  const left = xOf(turn.userToMs);
  canvas.fill(left, 0, Math.max(1, xOf(turn.answerFromMs) - left), 2 * LANE, WAIT);
  const text = `${Math.round(turn.voiceToVoiceMs)} ms`;
  const room = text.length * (LETTER_WIDTH + 1) * SCALE;
  canvas.text(text, Math.min(left + 2, WIDTH - room), 2 * LANE - LETTER_HEIGHT * SCALE - 4, TEXT);
}

function axis(canvas: Canvas, lengthMs: number, xOf: (ms: number) => number): void {
  const most = WIDTH / TICK_PIXELS;
  const stepS = TICKS_S.find((seconds) => lengthMs / 1000 / seconds <= most) ?? 3600;
  for (let tick = 0; tick * stepS * 1000 <= lengthMs; tick++) {
    const x = xOf(tick * stepS * 1000);
    canvas.fill(x, 2 * LANE, 1, 5, TEXT);
    canvas.text(`${Number((tick * stepS).toFixed(1))} s`, x + 3, 2 * LANE + 8, TEXT);
  }
}
