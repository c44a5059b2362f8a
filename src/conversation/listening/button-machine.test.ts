import { describe, expect, it } from 'vitest';
import type { TurnState } from '../turn/turn-machine.ts';
import { type ButtonInput, DEBOUNCE_MS, INITIAL_BUTTON, isHeld, stepButton } from './button-machine.ts';

/** "+120" at 120 ms: pressed while idle; "+120 hearing": while the conversation is at that; "-": released. */
type Told = `${'+' | '-'}${number}` | `+${number} ${TurnState}` | `transcribed ${number}` | `lost ${number}`;

function read(told: Told): { readonly atMs: number; readonly input: ButtonInput } {
  const [first = '', second] = told.split(' ');
  if (first === 'transcribed' || first === 'lost') return { atMs: Number(second), input: { type: first } };
  const atMs = Number(first.slice(1));
  if (first.startsWith('-')) return { atMs, input: { type: 'released' } };
  return { atMs, input: { type: 'pressed', during: (second ?? 'idle') as TurnState } };
}

/** What comes of it, each with its time; a release settles when its time has come. */
function play(told: readonly Told[], from = INITIAL_BUTTON): string[] {
  let state = from;
  const done: string[] = [];
  const step = (input: ButtonInput, atMs: number) => {
    const next = stepButton(state, input, atMs);
    state = next.state;
    if (next.action) done.push(`${next.action} ${atMs}`);
  };
  const settle = (untilMs: number) => {
    const dueMs = (state.releasedAtMs ?? Number.POSITIVE_INFINITY) + DEBOUNCE_MS;
    if (dueMs <= untilMs) step({ type: 'settled' }, dueMs);
  };
  for (const { atMs, input } of told.map(read)) {
    settle(atMs);
    step(input, atMs);
  }
  settle(Number.MAX_SAFE_INTEGER);
  return done;
}

const told = { ...INITIAL_BUTTON, tellsRelease: true };

describe('a button', () => {
  it.each<[string, readonly Told[], readonly string[]]>([
    ['tapped begins to listen', ['+0', '-100'], ['press 0']],
    ['tapped twice begins and ends', ['+0', '-100', '+3000 hearing', '-3100'], ['press 0', 'hold 3000', 'end 3150']],
    ['held ends when it is let go', ['+0', '-2000'], ['press 0', 'end 2050']],
    ['held for 499 ms was tapped', ['+0', '-499'], ['press 0']],
    ['held for 500 ms was held', ['+0', '-500'], ['press 0', 'end 550']],
    ['bounces when pressed', ['+0', '-2', '+10', '-2000'], ['press 0', 'end 2050']],
    ['bounces often when pressed', ['+0', '-2', '+10', '-12', '+30', '-33', '+75', '-3000'], ['press 0', 'end 3050']],
    ['bounces when tapped', ['+0', '-5', '+10', '-100', '+104', '-110'], ['press 0']],
    ['bounces when let go', ['+0', '-2000', '+2005', '-2010', '+2015', '-2030'], ['press 0', 'end 2080']],
    ['opens for 49 ms while held', ['+0', '-1000', '+1049 hearing', '-3000'], ['press 0', 'end 3050']],
    ['is let go for 50 ms', ['+0', '-1000', '+1050 transcribing', '-1100'], ['press 0', 'end 1050']],
    [
      'tapped, then held, ends when let go',
      ['+0', '-100', '+800 hearing', '-3000'],
      ['press 0', 'hold 800', 'end 3050'],
    ],
    ['that is pressed amid speech, once releases are known', ['-0', '+50 hearing', '-3000'], ['hold 50', 'end 3050']],
    ['pressed over an answer interrupts, and ends when let go', ['+0 speaking', '-900'], ['press 0', 'end 950']],
    ['tapped over an answer interrupts', ['+0 speaking', '-200'], ['press 0']],
    ['let go that was never pressed', ['-0', '-100'], []],
    ['lost with the line', ['+0', 'lost 1000', '-1200', '+2000', '-2100'], ['press 0', 'press 2000']],
    ['lost amid a bounce', ['+0', '-1000', 'lost 1020', '+1030', '-1100'], ['press 0', 'press 1030']],
  ])('%s', (_, inputs, actions) => {
    expect(play(inputs)).toEqual(actions);
  });

  it.each([10, 33, 200, 500])('that repeats the press every %i ms was pressed once', (everyMs) => {
    const repeats = Array.from({ length: Math.floor(3_000 / everyMs) }, (_, n): Told => `+${n * everyMs} hearing`);
    expect(play(['+0', ...repeats, '-3000'])).toEqual(['press 0', 'end 3050']);
    // Whatever the conversation is at: who speaks for 30 s is answered, and still holds the button.
    const over = repeats.map((repeat): Told => repeat.replace('hearing', 'speaking') as Told);
    expect(play(['+0', ...over, '-3000'])).toEqual(['press 0', 'end 3050']);
  });

  it('that is known to tell of releases may repeat the press more slowly', () => {
    const slow: Told[] = ['+0', '+1000 hearing', '+2000 hearing', '+5000 hearing', '-6000'];
    expect(play(slow, told)).toEqual(['press 0', 'end 6050']);
    expect(play(slow).slice(0, 2)).toEqual(['press 0', 'press 1000']);
  });

  it('whose release was lost can be pressed again', () => {
    expect(play(['+0', '+3001 speaking'], told)).toEqual(['press 0', 'press 3001']);
  });

  it('that tells of no release begins and ends with presses', () => {
    expect(play(['+0', '+700 hearing', '+5000 transcribing', '+9000 speaking'])).toEqual([
      'press 0',
      'press 700',
      'press 5000',
      'press 9000',
    ]);
  });

  it('pressed while the last words are recognised listens afterwards, when it is still held', () => {
    expect(play(['+0 transcribing', 'transcribed 300', '-2000'], told)).toEqual(['press 300', 'end 2050']);
    expect(play(['+0 transcribing', '-100', 'transcribed 300'], told)).toEqual([]);
    expect(play(['+0 transcribing', 'transcribed 300', 'transcribed 400'], told)).toEqual(['press 300']);
    expect(play(['+0', 'transcribed 300'], told)).toEqual(['press 0']);
  });

  it('is held from the press to the release, as far as the device tells', () => {
    const behind = (...inputs: ButtonInput[]) =>
      inputs.reduce((state, input, index) => stepButton(state, input, index * 200).state, told);
    const press: ButtonInput = { type: 'pressed', during: 'idle' };
    expect(isHeld(behind(press), 60_000)).toBe(true);
    expect(isHeld(behind(press, { type: 'released' }), 249)).toBe(true);
    expect(isHeld(behind(press, { type: 'released' }, { type: 'settled' }), 250)).toBe(false);
    expect(isHeld(behind(press, { type: 'lost' }), 250)).toBe(false);

    const silent = stepButton(INITIAL_BUTTON, press, 0).state;
    expect(isHeld(silent, 100)).toBe(false);
    const repeating = stepButton(silent, press, 500).state;
    expect(isHeld(repeating, 1_100)).toBe(true);
    expect(isHeld(repeating, 1_101)).toBe(false);
  });
});
