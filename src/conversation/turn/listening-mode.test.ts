import { describe, expect, it } from 'vitest';
import { type ListeningPolicy, listeningMode, showsListening } from './listening-mode.ts';
import { INITIAL_TURN_MACHINE, type TurnMachine } from './turn-machine.ts';

const ALWAYS: ListeningPolicy = { duplex: 'full', activation: 'always', isActive: true };
const HALF: ListeningPolicy = { ...ALWAYS, duplex: 'half' };
const UNPRESSED: ListeningPolicy = { duplex: 'full', activation: 'push_to_talk', isActive: false };
const PRESSED: ListeningPolicy = { ...UNPRESSED, isActive: true };

function machine(more: Partial<TurnMachine> = {}): TurnMachine {
  return { ...INITIAL_TURN_MACHINE, session: 'up', ...more };
}

describe('what the microphone is used for', () => {
  it.each([
    ['idle, always active', machine(), ALWAYS, 'waiting'],
    ['idle, half duplex', machine(), HALF, 'waiting'],
    ['idle, button not pressed', machine(), UNPRESSED, 'closed'],
    ['idle, button pressed', machine(), PRESSED, 'waiting'],
    ['idle, an answer is expected', machine({ expecting: true }), UNPRESSED, 'waiting'],
    ['the user speaks', machine({ state: 'hearing' }), HALF, 'hearing'],
    ['the user speaks after the button', machine({ state: 'hearing' }), UNPRESSED, 'hearing'],
    ['the last words are recognised', machine({ state: 'transcribing' }), ALWAYS, 'over'],
    ['the answer is made', machine({ state: 'thinking' }), ALWAYS, 'over'],
    ['the answer is spoken', machine({ state: 'speaking' }), ALWAYS, 'over'],
    ['the answer is spoken, half duplex', machine({ state: 'speaking' }), HALF, 'closed'],
    ['the answer is spoken, push to talk', machine({ state: 'speaking' }), PRESSED, 'closed'],
    ['no session', machine({ session: 'none' }), ALWAYS, 'closed'],
    ['no session, the user was speaking', machine({ session: 'none', state: 'hearing' }), ALWAYS, 'closed'],
    ['the line will go down', machine({ session: 'leaving' }), ALWAYS, 'closed'],
    ['the echo of the answer may come', machine({ deafUntilMs: 101 }), HALF, 'closed'],
    ['the echo is over', machine({ deafUntilMs: 100 }), HALF, 'waiting'],
  ] as const)('%s', (_, at, policy, mode) => {
    expect(listeningMode(at, policy, 100)).toBe(mode);
  });

  it('shows the device that it listens although the echo of the answer may still come', () => {
    expect(showsListening(machine({ deafUntilMs: 1e9 }), HALF)).toBe(true);
    expect(showsListening(machine({ state: 'speaking' }), HALF)).toBe(false);
  });
});
