import { describe, expect, it } from 'vitest';
import { SILENT, type SpeakingInput, stepSpeaking } from './speaking-machine.ts';

type At = readonly [nowMs: number, input: SpeakingInput];

const begin: SpeakingInput = { type: 'begin' };
const frame: SpeakingInput = { type: 'frame', frameMs: 60 };
const end: SpeakingInput = { type: 'end', frameMs: 60 };
const due: SpeakingInput = { type: 'due' };
const cut: SpeakingInput = { type: 'cut' };
const aborted: SpeakingInput = { type: 'aborted' };
const byHand: SpeakingInput = { type: 'listens', byHand: true };
const byItself: SpeakingInput = { type: 'listens', byHand: false };

/** What comes of inputs, each at its time, in a line each. */
function run(...inputs: readonly At[]): { readonly state: string; readonly lines: string[] } {
  let machine = SILENT;
  const lines: string[] = [];
  for (const [nowMs, input] of inputs) {
    const step = stepSpeaking(machine, input, nowMs);
    machine = step.machine;
    for (const effect of step.effects) lines.push(effect.type === 'stop_in' ? `stop_in ${effect.ms}` : effect.type);
  }
  return { state: machine.state, lines };
}

describe('the brackets of an answer', () => {
  it.each<[string, readonly At[], string, string[]]>([
    ['open when it begins', [[0, begin]], 'speaking', ['start']],
    [
      'open once',
      [
        [0, begin],
        [10, begin],
      ],
      'speaking',
      ['start'],
    ],
    [
      'close two packets behind the end of what was sent',
      [
        [0, begin],
        [50, frame],
        [50, frame],
        [60, end],
      ],
      'ending',
      ['start', 'stop_in 230'],
    ],
    [
      'close at once without audio',
      [
        [0, begin],
        [2_000, end],
      ],
      'ending',
      ['start', 'stop_in 0'],
    ],
    [
      'close when that time is over',
      [
        [0, begin],
        [50, frame],
        [60, end],
        [230, due],
      ],
      'silent',
      ['start', 'stop_in 170', 'stop'],
    ],
    [
      'count a gap in what was sent',
      [
        [0, begin],
        [50, frame],
        [500, frame],
        [500, end],
      ],
      'ending',
      ['start', 'stop_in 180'],
    ],
    [
      'go by what the device plays, where it tells',
      [
        [0, begin],
        [50, frame],
        [60, { type: 'plays', leftMs: 300 }],
        [60, end],
      ],
      'ending',
      ['start', 'stop_in 420'],
    ],
    [
      'stay open for an answer that follows at once',
      [
        [0, begin],
        [50, frame],
        [60, end],
        [100, begin],
        [230, due],
      ],
      'speaking',
      ['start', 'stop_in 170', 'cancel_stop'],
    ],
    [
      'close at once when it is cut',
      [
        [0, begin],
        [50, frame],
        [60, cut],
      ],
      'silent',
      ['start', 'cancel_stop', 'stop'],
    ],
    [
      'close at once when its end is cut',
      [
        [0, begin],
        [50, frame],
        [60, end],
        [70, cut],
      ],
      'silent',
      ['start', 'stop_in 170', 'cancel_stop', 'stop'],
    ],
    [
      'close at once when the device asks for it',
      [
        [0, begin],
        [50, frame],
        [60, aborted],
      ],
      'silent',
      ['start', 'cancel_stop', 'stop', 'interrupted'],
    ],
    [
      'are left when the user holds the button: a stop would close the microphone',
      [
        [0, begin],
        [50, byHand],
        [60, cut],
      ],
      'silent',
      ['start', 'cancel_stop', 'interrupted'],
    ],
    [
      'stay when the device had not heard of them as it began to listen',
      [
        [0, begin],
        [50, byItself],
      ],
      'speaking',
      ['start'],
    ],
    [
      'are left when it listens later',
      [
        [0, begin],
        [1_500, byItself],
      ],
      'silent',
      ['start', 'cancel_stop', 'interrupted'],
    ],
    [
      'are left when it listens at the end',
      [
        [0, begin],
        [50, frame],
        [60, end],
        [70, byItself],
        [230, due],
      ],
      'silent',
      ['start', 'stop_in 170', 'cancel_stop', 'interrupted'],
    ],
    [
      'are nothing while nothing is said',
      [
        [0, frame],
        [0, end],
        [0, due],
        [0, cut],
        [0, aborted],
        [0, byHand],
        [0, byItself],
      ],
      'silent',
      [],
    ],
  ])('%s', (_what, inputs, state, lines) => {
    expect(run(...inputs)).toEqual({ state, lines });
  });
});
