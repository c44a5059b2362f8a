import { expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import { startLevelLine } from './level-line.ts';

it('one line at the foot of a terminal shows levels, state and what was understood', () => {
  const clock = new ManualClock();
  const drawn: string[] = [];
  const line = startLevelLine({ isTTY: true, write: (text: string) => drawn.push(text) > 0 }, clock);
  const last = (): string =>
    (drawn.findLast((text) => text.includes('mic')) ?? '').split('\r').at(-2)?.replace('\x1b[K', '') ?? '';
  clock.advance(100);
  expect(last()).toBe('mic ............ speaker ............ waits for a backend');
  line.event({ at: 0, device: 'a', type: 'connected', connection: 1, path: '/', subprotocol: '' });
  line.event({ at: 0, device: 'a', type: 'transcript', text: 'what time' });
  line.event({ at: 0, device: 'a', type: 'transcript', text: 'is it' });
  line.levels({ mic: 0.1, speaker: 0 });
  line.levels({ mic: 0.001, speaker: 1 });
  clock.advance(100);
  expect(last()).toBe('mic ########.... speaker ############ listens: what time is it');
  line.event({ at: 0, device: 'a', type: 'reply_audio_started' });
  clock.advance(100);
  expect(last()).toContain('answers: what time is it');
  line.end();
  drawn.length = 0;
  clock.advance(1_000);
  expect(drawn).toEqual([]);
});

it('draws nothing where the output is no terminal', () => {
  const clock = new ManualClock();
  const drawn: string[] = [];
  const line = startLevelLine({ isTTY: false, write: (text: string) => drawn.push(text) > 0 }, clock);
  line.levels({ mic: 1, speaker: 1 });
  clock.advance(1_000);
  line.end();
  expect(drawn).toEqual([]);
});
