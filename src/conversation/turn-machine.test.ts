import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialtoneError } from '../errors.ts';
import {
  stepTurn,
  type TurnEffect,
  type TurnFailure,
  type TurnInput,
  type TurnMachine,
  type TurnState,
} from './turn-machine.ts';

const failure: TurnFailure = { kind: 'stt', error: new DialtoneError('speech_host_down', 'gone') };
const STATES: readonly TurnState[] = ['idle', 'hearing', 'transcribing', 'thinking', 'speaking'];

const inputs: Readonly<Record<string, TurnInput>> = {
  speech: { type: 'speech_started' },
  pause: { type: 'speech_ended' },
  button: { type: 'button' },
  words: { type: 'transcript', turn: 7, text: 'hello' },
  nothing: { type: 'transcript', turn: 7, text: '' },
  started: { type: 'reply_started', turn: 7 },
  sent: { type: 'reply_sent', turn: 7 },
  played: { type: 'reply_played', turn: 7 },
  failed: { type: 'failed', turn: 7, failure },
  interrupt: { type: 'interrupt' },
  detached: { type: 'detached' },
};

// "." changes nothing and has no effects.
const TABLE: readonly (readonly [TurnState, string, TurnState | '.', string])[] = [
  ['idle', 'speech', 'hearing', 'begin_turn'],
  ['idle', 'pause', '.', ''],
  ['idle', 'button', 'hearing', 'begin_turn'],
  ['idle', 'words', '.', ''],
  ['idle', 'nothing', '.', ''],
  ['idle', 'started', '.', ''],
  ['idle', 'sent', '.', ''],
  ['idle', 'played', '.', ''],
  ['idle', 'failed', '.', ''],
  ['idle', 'interrupt', '.', ''],
  ['idle', 'detached', '.', ''],
  ['hearing', 'speech', '.', ''],
  ['hearing', 'pause', 'transcribing', 'finish_stt'],
  ['hearing', 'button', 'transcribing', 'finish_stt'],
  ['hearing', 'words', '.', ''],
  ['hearing', 'started', '.', ''],
  ['hearing', 'sent', '.', ''],
  ['hearing', 'played', '.', ''],
  ['hearing', 'failed', 'hearing', 'cancel_stt'],
  ['hearing', 'interrupt', '.', ''],
  ['hearing', 'detached', 'idle', 'cancel_stt end_turn:disconnected'],
  ['transcribing', 'speech', '.', ''],
  ['transcribing', 'pause', '.', ''],
  ['transcribing', 'button', '.', ''],
  ['transcribing', 'words', 'thinking', 'start_reply'],
  ['transcribing', 'nothing', 'idle', 'end_turn:no_speech'],
  ['transcribing', 'started', '.', ''],
  ['transcribing', 'sent', '.', ''],
  ['transcribing', 'played', '.', ''],
  ['transcribing', 'failed', 'speaking', 'cancel_stt play_notice'],
  ['transcribing', 'interrupt', '.', ''],
  ['transcribing', 'detached', 'idle', 'cancel_stt end_turn:disconnected'],
  ['thinking', 'speech', '.', ''],
  ['thinking', 'pause', '.', ''],
  ['thinking', 'button', 'hearing', 'cancel_reply send_interrupted end_turn:interrupted begin_turn'],
  ['thinking', 'words', '.', ''],
  ['thinking', 'started', 'speaking', ''],
  ['thinking', 'sent', 'thinking', 'send_reply_done'],
  ['thinking', 'played', 'idle', 'end_turn:answered'],
  ['thinking', 'failed', 'speaking', 'play_notice'],
  ['thinking', 'interrupt', 'idle', 'cancel_reply send_interrupted end_turn:interrupted'],
  ['thinking', 'detached', 'idle', 'cancel_reply send_interrupted end_turn:disconnected'],
  ['speaking', 'speech', '.', ''],
  ['speaking', 'pause', '.', ''],
  ['speaking', 'button', 'hearing', 'cancel_reply send_interrupted end_turn:interrupted begin_turn'],
  ['speaking', 'words', '.', ''],
  ['speaking', 'started', '.', ''],
  ['speaking', 'sent', 'speaking', 'send_reply_done'],
  ['speaking', 'played', 'idle', 'end_turn:answered'],
  ['speaking', 'failed', 'speaking', 'play_notice'],
  ['speaking', 'interrupt', 'idle', 'cancel_reply send_interrupted end_turn:interrupted'],
  ['speaking', 'detached', 'idle', 'cancel_reply send_interrupted end_turn:disconnected'],
];

function say(effects: readonly TurnEffect[]): string {
  return effects.map((e) => (e.type === 'end_turn' ? `${e.type}:${e.outcome}` : e.type)).join(' ');
}

describe('turn machine', () => {
  it.each(TABLE)('%s + %s -> %s', (state, input, target, effects) => {
    const machine: TurnMachine = { state, turn: 7, failure: null };
    const result = stepTurn(machine, inputs[input] as TurnInput);
    expect(result.machine.state).toBe(target === '.' ? state : target);
    expect(say(result.effects)).toBe(effects);
  });

  it.each(STATES)('%s believes nothing of an old turn', (state) => {
    const machine: TurnMachine = { state, turn: 7, failure: null };
    for (const input of Object.values(inputs).filter((i) => 'turn' in i)) {
      expect(stepTurn(machine, { ...input, turn: 6 } as TurnInput)).toEqual({ machine, effects: [] });
    }
  });

  it('tells of a failure only when the user has finished speaking', () => {
    const broken = stepTurn({ state: 'hearing', turn: 7, failure: null }, inputs.failed as TurnInput).machine;
    expect(broken).toEqual({ state: 'hearing', turn: 7, failure });
    expect(stepTurn(broken, inputs.failed as TurnInput)).toEqual({ machine: broken, effects: [] });
    const told = stepTurn(broken, inputs.pause as TurnInput);
    expect(told.machine.state).toBe('speaking');
    expect(say(told.effects)).toBe('play_notice');
  });

  it('ends as failed once the notice was played, and gives up when that fails too', () => {
    const telling: TurnMachine = { state: 'speaking', turn: 7, failure };
    expect(say(stepTurn(telling, inputs.played as TurnInput).effects)).toBe('end_turn:failed');
    expect(say(stepTurn(telling, inputs.failed as TurnInput).effects)).toBe(
      'cancel_reply send_interrupted end_turn:failed',
    );
  });

  it('never answers twice at once, and every turn that begins ends, whatever happens', () => {
    const names = Object.keys(inputs).filter((name) => name !== 'detached');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(2)), { maxLength: 100 }), (sequence) => {
        let machine: TurnMachine = { state: 'idle', turn: 0, failure: null };
        let begun = 0;
        let ended = 0;
        let replying = false;
        const take = (input: TurnInput) => {
          const result = stepTurn(machine, input);
          machine = result.machine;
          for (const { type } of result.effects) {
            if (type === 'begin_turn') {
              begun += 1;
              expect(begun - ended).toBe(1);
            }
            if (type === 'start_reply') {
              expect(replying).toBe(false);
              replying = true;
            }
            if (type === 'end_turn') {
              ended += 1;
              replying = false;
            }
          }
          expect(begun - ended).toBe(machine.state === 'idle' ? 0 : 1);
        };
        for (const [name, age] of sequence) {
          const input = inputs[name] as TurnInput;
          take('turn' in input ? ({ ...input, turn: machine.turn - age } as TurnInput) : input);
        }
        take({ type: 'detached' });
        expect(machine.state).toBe('idle');
      }),
      { numRuns: 500 },
    );
  });
});
