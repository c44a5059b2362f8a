import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import {
  type BargeInState,
  INITIAL_TURN_MACHINE,
  stepTurn,
  type TurnContext,
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
  speak: { type: 'speak', kind: 'say' },
  over: { type: 'expect_over' },
  lasts: { type: 'barge_in_sustained' },
  wordsOver: { type: 'barge_in_words' },
  endedOver: { type: 'barge_in_ended' },
  holdOver: { type: 'pause_over' },
  detached: { type: 'detached' },
};

// "." changes nothing and has no effects.
const TABLE: readonly (readonly [TurnState, string, TurnState | '.', string])[] = [
  ['idle', 'speech', 'hearing', 'begin_turn:user'],
  ['idle', 'pause', '.', ''],
  ['idle', 'button', 'hearing', 'begin_turn:user'],
  ['idle', 'words', '.', ''],
  ['idle', 'nothing', '.', ''],
  ['idle', 'started', '.', ''],
  ['idle', 'sent', '.', ''],
  ['idle', 'played', '.', ''],
  ['idle', 'failed', '.', ''],
  ['idle', 'interrupt', '.', ''],
  ['idle', 'detached', '.', ''],
  ['idle', 'speak', 'thinking', 'begin_turn:say start_reply'],
  ['hearing', 'speak', '.', ''],
  ['transcribing', 'speak', '.', ''],
  ['thinking', 'speak', '.', ''],
  ['speaking', 'speak', '.', ''],
  ['idle', 'lasts', '.', ''],
  ['idle', 'wordsOver', '.', ''],
  ['idle', 'endedOver', '.', ''],
  ['idle', 'holdOver', '.', ''],
  ['hearing', 'wordsOver', '.', ''],
  ['speaking', 'lasts', '.', ''],
  ['speaking', 'wordsOver', '.', ''],
  ['speaking', 'endedOver', '.', ''],
  ['speaking', 'holdOver', '.', ''],
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
  ['transcribing', 'speech', '.', 'open_barge_in'],
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
  ['thinking', 'speech', '.', 'open_barge_in'],
  ['thinking', 'pause', '.', ''],
  ['thinking', 'button', 'hearing', 'cancel_reply send_interrupted end_turn:interrupted begin_turn:user'],
  ['thinking', 'words', '.', ''],
  ['thinking', 'started', 'speaking', ''],
  ['thinking', 'sent', 'thinking', 'send_reply_done'],
  ['thinking', 'played', 'idle', 'end_turn:answered'],
  ['thinking', 'failed', 'speaking', 'play_notice'],
  ['thinking', 'interrupt', 'idle', 'cancel_reply send_interrupted end_turn:interrupted'],
  ['thinking', 'detached', 'idle', 'cancel_reply send_interrupted end_turn:disconnected'],
  ['speaking', 'speech', '.', 'open_barge_in'],
  ['speaking', 'pause', '.', ''],
  ['speaking', 'button', 'hearing', 'cancel_reply send_interrupted end_turn:interrupted begin_turn:user'],
  ['speaking', 'words', '.', ''],
  ['speaking', 'started', '.', ''],
  ['speaking', 'sent', 'speaking', 'send_reply_done'],
  ['speaking', 'played', 'idle', 'end_turn:answered'],
  ['speaking', 'failed', 'speaking', 'play_notice'],
  ['speaking', 'interrupt', 'idle', 'cancel_reply send_interrupted end_turn:interrupted'],
  ['speaking', 'detached', 'idle', 'cancel_reply send_interrupted end_turn:disconnected'],
];

/** What happens while the user speaks over an answer. "+": the words are taken over; "?": and have not interrupted. */
const BARGE_INS: readonly (readonly [TurnState, BargeInState, string, TurnState, BargeInState, string])[] = [
  ['transcribing', 'listening', 'speech', 'transcribing', 'listening', ''],
  ['transcribing', 'listening', 'wordsOver', 'transcribing', 'listening', ''],
  ['transcribing', 'listening', 'lasts', 'transcribing', 'listening', ''],
  ['transcribing', 'listening', 'words', 'thinking', 'listening', 'start_reply'],
  ['transcribing', 'listening', 'nothing', 'hearing', 'none', 'end_turn:no_speech begin_turn:user?'],
  ['transcribing', 'listening', 'failed', 'speaking', 'none', 'cancel_stt close_barge_in play_notice'],
  ['thinking', 'listening', 'lasts', 'thinking', 'paused', 'pause_reply'],
  [
    'thinking',
    'listening',
    'wordsOver',
    'hearing',
    'none',
    'cancel_reply send_interrupted end_turn:interrupted begin_turn:user+',
  ],
  ['thinking', 'listening', 'started', 'speaking', 'listening', ''],
  // A user who speaks is never cut short: neither before the answer has sounded nor over it.
  ['transcribing', 'listening', 'interrupt', 'transcribing', 'listening', ''],
  [
    'thinking',
    'listening',
    'interrupt',
    'hearing',
    'none',
    'cancel_reply send_interrupted end_turn:interrupted begin_turn:user?',
  ],
  ['speaking', 'listening', 'speech', 'speaking', 'listening', ''],
  ['speaking', 'listening', 'lasts', 'speaking', 'paused', 'pause_reply'],
  [
    'speaking',
    'listening',
    'wordsOver',
    'hearing',
    'none',
    'cancel_reply send_interrupted end_turn:interrupted begin_turn:user+',
  ],
  ['speaking', 'listening', 'endedOver', 'speaking', 'none', 'close_barge_in'],
  ['speaking', 'listening', 'holdOver', 'speaking', 'listening', ''],
  ['speaking', 'listening', 'played', 'hearing', 'none', 'end_turn:answered begin_turn:user?'],
  [
    'speaking',
    'listening',
    'interrupt',
    'hearing',
    'none',
    'cancel_reply send_interrupted end_turn:interrupted begin_turn:user?',
  ],
  [
    'speaking',
    'listening',
    'button',
    'hearing',
    'none',
    'cancel_reply send_interrupted end_turn:interrupted begin_turn:user+',
  ],
  ['speaking', 'listening', 'failed', 'speaking', 'none', 'close_barge_in play_notice'],
  [
    'speaking',
    'listening',
    'detached',
    'idle',
    'none',
    'cancel_reply send_interrupted close_barge_in end_turn:disconnected',
  ],
  ['speaking', 'paused', 'lasts', 'speaking', 'paused', ''],
  ['speaking', 'paused', 'endedOver', 'speaking', 'paused', ''],
  ['speaking', 'paused', 'holdOver', 'speaking', 'none', 'close_barge_in resume_reply'],
  // What the device discarded when the answer was paused is not discarded again.
  ['speaking', 'paused', 'wordsOver', 'hearing', 'none', 'cancel_reply end_turn:interrupted begin_turn:user+'],
  ['speaking', 'paused', 'interrupt', 'hearing', 'none', 'cancel_reply end_turn:interrupted begin_turn:user?'],
  ['speaking', 'paused', 'failed', 'speaking', 'none', 'close_barge_in resume_reply play_notice'],
];

const CONTEXT = { nowMs: 1_000, bargeIn: true, echoTailMs: 300, hearsItself: false };

function step(machine: TurnMachine, input: TurnInput, context: Partial<TurnContext> = {}) {
  return stepTurn(machine, input, { ...CONTEXT, ...context });
}

function say(effects: readonly TurnEffect[]): string {
  return effects
    .map((e) => {
      if (e.type === 'end_turn') return `${e.type}:${e.outcome}`;
      if (e.type !== 'begin_turn') return e.type;
      const taken = e.unsure ? '?' : '+';
      return `${e.type}:${e.kind}${e.adopt ? taken : ''}`;
    })
    .join(' ');
}

function at(state: TurnState, more: Partial<TurnMachine> = {}): TurnMachine {
  return { ...INITIAL_TURN_MACHINE, session: 'up', state, turn: 7, ...more };
}

describe('turn machine', () => {
  it.each(TABLE)('%s + %s -> %s', (state, input, target, effects) => {
    const machine = at(state);
    const result = step(machine, inputs[input] as TurnInput);
    expect(result.machine.state).toBe(target === '.' ? state : target);
    expect(say(result.effects)).toBe(effects);
  });

  it.each(BARGE_INS)(
    '%s, the user speaks over it (%s) + %s -> %s (%s)',
    (state, bargeIn, input, target, then, effects) => {
      const result = step(at(state, { bargeIn }), inputs[input] as TurnInput);
      expect(result.machine).toMatchObject({ state: target, bargeIn: then });
      expect(say(result.effects)).toBe(effects);
    },
  );

  it('is deceived once only: from then on words alone interrupt that answer', () => {
    const deceived = step(at('speaking', { bargeIn: 'paused' }), { type: 'pause_over' }).machine;
    const again = step(deceived, { type: 'speech_started' }).machine;
    expect(step(again, { type: 'barge_in_sustained' })).toEqual({ machine: again, effects: [] });
    const next = step(again, { type: 'barge_in_words' }).machine;
    expect(next).toMatchObject({ state: 'hearing', deceived: false });
  });

  it('takes what follows a question over REST for its answer, and does not reply to it', () => {
    const asked = step(at('speaking', { kind: 'ask' }), inputs.played as TurnInput).machine;
    expect(asked).toMatchObject({ state: 'idle', expecting: true });
    const noise = step({ ...asked, turn: 7, state: 'transcribing', kind: 'answer' }, inputs.nothing as TurnInput);
    expect(noise.machine).toMatchObject({ state: 'idle', expecting: true });
    const answering = step(asked, inputs.speech as TurnInput);
    expect(say(answering.effects)).toBe('begin_turn:answer');
    const heard = step({ ...answering.machine, state: 'transcribing', turn: 7 }, inputs.words as TurnInput);
    expect(say(heard.effects)).toBe('end_turn:answered');
    expect(heard.machine.expecting).toBe(false);
    expect(step(asked, { type: 'expect_over' }).machine.expecting).toBe(false);
    // The same without a question; not while anything goes on.
    expect(step(at('idle'), { type: 'expect' }).machine.expecting).toBe(true);
    expect(step(at('thinking'), { type: 'expect' }).machine.expecting).toBe(false);
    // Who speaks over the question answers it too; who had it stopped does not.
    const over = step(at('speaking', { kind: 'ask', bargeIn: 'listening' }), { type: 'barge_in_words' });
    expect(say(over.effects)).toContain('begin_turn:answer+');
    expect(step(at('speaking', { kind: 'ask' }), { type: 'interrupt' }).machine.expecting).toBe(false);
  });

  it.each([
    // What stops the question, who speaks over it, has it failed -> what the next words are, or those just being said.
    ['interrupt', 'none', false, 'nothing yet'],
    ['interrupt', 'listening', false, 'user'],
    ['interrupt', 'paused', false, 'user'],
    ['wordsOver', 'listening', false, 'answer'],
    ['wordsOver', 'paused', false, 'answer'],
    ['button', 'none', false, 'answer'],
    ['button', 'listening', false, 'answer'],
    ['played', 'listening', false, 'answer'],
    ['wordsOver', 'listening', true, 'user'],
    ['button', 'none', true, 'user'],
    ['played', 'listening', true, 'user'],
    ['interrupt', 'none', true, 'nothing yet'],
  ] as const)('a question over REST + %s (%s, failed: %s): the words are %s', (input, bargeIn, hasFailed, kind) => {
    const machine = at('speaking', { kind: 'ask', bargeIn, failure: hasFailed ? failure : null });
    const after = step(machine, inputs[input] as TurnInput).machine;
    expect(after.state === 'idle' ? 'nothing yet' : after.kind).toBe(kind);
    expect(after.expecting).toBe(kind === 'answer');
  });

  it.each(STATES)('%s believes nothing of an old turn', (state) => {
    const machine = at(state);
    for (const input of Object.values(inputs).filter((i) => 'turn' in i)) {
      expect(step(machine, { ...input, turn: 6 } as TurnInput)).toEqual({ machine, effects: [] });
    }
  });

  it('tells of a failure only when the user has finished speaking', () => {
    const broken = step(at('hearing'), inputs.failed as TurnInput).machine;
    expect(broken).toEqual(at('hearing', { failure }));
    expect(step(broken, inputs.failed as TurnInput)).toEqual({ machine: broken, effects: [] });
    const told = step(broken, inputs.pause as TurnInput);
    expect(told.machine.state).toBe('speaking');
    expect(say(told.effects)).toBe('play_notice');
  });

  it('ends as failed once the notice was played, and gives up when that fails too', () => {
    const telling = at('speaking', { failure });
    expect(say(step(telling, inputs.played as TurnInput).effects)).toBe('end_turn:failed');
    expect(say(step(telling, inputs.failed as TurnInput).effects)).toBe(
      'cancel_reply send_interrupted end_turn:failed',
    );
  });

  it.each([
    ['idle', 'none', 'idle', 'left'],
    ['hearing', 'none', 'idle', 'cancel_stt end_turn:disconnected left'],
    ['transcribing', 'none', 'idle', 'cancel_stt end_turn:disconnected left'],
    ['transcribing', 'listening', 'idle', 'cancel_stt close_barge_in end_turn:disconnected left'],
    ['thinking', 'none', 'idle', 'cancel_reply send_interrupted end_turn:disconnected left'],
    ['speaking', 'none', 'speaking', 'hurry_reply'],
    ['speaking', 'listening', 'speaking', 'close_barge_in hurry_reply'],
    ['speaking', 'paused', 'idle', 'cancel_reply send_interrupted close_barge_in end_turn:disconnected left'],
  ] as const)('%s (%s) + the line will go down -> %s', (state, bargeIn, target, effects) => {
    const result = step(at(state, { bargeIn }), { type: 'leave' });
    expect(result.machine).toMatchObject({ session: 'leaving', state: target, bargeIn: 'none' });
    expect(say(result.effects)).toBe(effects);
  });

  it('begins nothing new once the line will go down, and says when the last sentence was played', () => {
    const leaving = step(at('speaking'), { type: 'leave' }).machine;
    expect(say(step(leaving, inputs.played as TurnInput).effects)).toBe('end_turn:answered left');
    expect(say(step(leaving, inputs.interrupt as TurnInput).effects)).toBe(
      'cancel_reply send_interrupted end_turn:interrupted left',
    );
    const idle = { ...leaving, state: 'idle' } as const;
    for (const name of ['speech', 'button', 'speak']) {
      expect(step(idle, inputs[name] as TurnInput)).toEqual({ machine: idle, effects: [] });
    }
    const attached = step({ ...idle, session: 'none' }, { type: 'attached' }).machine;
    expect(attached.session).toBe('up');
  });

  it.each([
    // [how the answer ends, the user may speak over it, deaf until]
    ['played', true, 1_300],
    ['played', false, 1_300],
    ['interrupt', true, 0],
    ['interrupt', false, 1_000],
    ['detached', true, 1_300],
  ] as const)('%s (barge-in: %s): the microphone is ignored until %d', (input, bargeIn, deafUntilMs) => {
    const after = step(at('speaking'), inputs[input] as TurnInput, { bargeIn }).machine;
    expect(after).toMatchObject({ state: 'idle', deafUntilMs });
  });

  it.each([
    [false, 'hearing'],
    [true, 'idle'],
  ] as const)('what is heard over an answer that ends (its own words: %s) leads to %s', (hearsItself, state) => {
    const over = at('speaking', { bargeIn: 'listening' });
    const played = step(over, { type: 'reply_played', turn: over.turn }, { hearsItself });
    expect(played.machine).toMatchObject({ state, bargeIn: 'none' });
    expect(played.effects.some(({ type }) => type === 'close_barge_in')).toBe(hearsItself);
  });

  it('hears a user who presses the button over an answer at once', () => {
    expect(step(at('speaking', { deafUntilMs: 900 }), { type: 'button' }, { bargeIn: false }).machine).toMatchObject({
      state: 'hearing',
      deafUntilMs: 0,
    });
    // Nothing was said: there is no echo.
    expect(step(at('transcribing', { deafUntilMs: 900 }), inputs.nothing as TurnInput).machine.deafUntilMs).toBe(900);
  });

  it('never answers twice at once, and every turn that begins ends, whatever happens', () => {
    const names = Object.keys(inputs).filter((name) => name !== 'detached');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(2)), { maxLength: 100 }), (sequence) => {
        let machine: TurnMachine = { ...INITIAL_TURN_MACHINE, session: 'up' };
        let begun = 0;
        let ended = 0;
        let replying = false;
        const take = (input: TurnInput) => {
          const result = step(machine, input);
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
