import { expect, test } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { type ChildEvents, type ChildStateReport, KeptAlive } from './kept-alive.ts';

interface FakeChild extends ChildEvents {
  readonly number: number;
  closed: boolean;
  close(): Promise<void>;
}

/** A child that does what the test says, in virtual time and with the longest delays. */
function keep(prepare: () => Promise<string> = async () => 'model') {
  const clock = new ManualClock();
  const children: FakeChild[] = [];
  const states: ChildStateReport[] = [];
  const lost: DialtoneError[] = [];
  const kept = new KeptAlive<string, FakeChild>({
    clock,
    random: () => 1,
    engine: 'espeak',
    prepare,
    create: (_, events) => {
      const child: FakeChild = {
        ...events,
        number: children.length,
        closed: false,
        close: async () => {
          child.closed = true;
        },
      };
      children.push(child);
      return child;
    },
    onLost: (error) => lost.push(error),
    onState: (state) => states.push(state),
    closedError: () => new DialtoneError('engine_unavailable', 'closed', { engine: 'espeak' }),
  });
  return { kept, clock, children, states, lost };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const died = () => new DialtoneError('engine_unavailable', 'it died', { retryable: true });

test('starts one child, however often it is asked, and says when it is ready', async () => {
  const { kept, children, states } = keep();
  expect(kept.child).toBeUndefined();
  kept.start();
  const both = Promise.all([kept.ready(), kept.ready()]);
  await settle();
  expect(children).toHaveLength(1);
  expect(kept.child).toBe(children[0]);
  expect(kept.refusal).toBeUndefined();
  children[0]?.onReady();
  await both;
  await kept.ready();
  expect(states).toEqual([{ state: 'starting' }, { state: 'ready' }]);
});

test('starts a dead child again, later and later; who asks is refused once that is not soon', async () => {
  const { kept, clock, children, lost, states } = keep();
  kept.start();
  for (const [index, delayMs] of [0, 250, 500, 1_000, 2_000].entries()) {
    await settle();
    children[index]?.onReady();
    children[index]?.onLost(died(), false);
    expect(kept.child).toBeUndefined();
    expect(clock.nextInMs).toBe(delayMs);
    expect(kept.refusal?.message).toBe(delayMs > 1_000 ? 'it died' : undefined);
    clock.advance(delayMs);
  }
  expect(kept.refusal).toBeUndefined();
  expect(lost).toHaveLength(5);
  expect(lost.every(({ engine }) => engine === 'espeak')).toBe(true);
  expect(states.filter(({ state }) => state === 'down')).toHaveLength(5);
});

test('a child that cannot be loaded rejects those that wait, and is tried again seldom', async () => {
  const { kept, clock, children } = keep();
  const ready = kept.ready();
  await settle();
  children[0]?.onLost(new DialtoneError('engine_unavailable', 'not installed'), true);
  await expect(ready).rejects.toMatchObject({ message: 'not installed', engine: 'espeak' });
  await expect(kept.ready()).rejects.toMatchObject({ message: 'not installed' });
  expect(kept.refusal).toMatchObject({ message: 'not installed' });
  expect(clock.nextInMs).toBe(10_000);
  clock.advance(10_000);
  await settle();
  const again = kept.ready();
  children[1]?.onReady();
  await again;
});

test('what the preparation throws is the reason, and nothing is started', async () => {
  const { kept, children, lost } = keep(async () => {
    throw new Error('no such folder');
  });
  await expect(kept.ready()).rejects.toMatchObject({ code: 'engine_unavailable', message: 'no such folder' });
  expect(children).toEqual([]);
  expect(lost).toHaveLength(1);
});

test('what a lost child tells is ignored', async () => {
  const { kept, clock, children, lost } = keep();
  kept.start();
  await settle();
  children[0]?.onLost(died(), false);
  children[0]?.onLost(died(), false);
  children[0]?.onReady();
  expect(lost).toHaveLength(1);
  clock.advance(0);
  await settle();
  expect(kept.child).toBe(children[1]);
  children[0]?.onLost(died(), false);
  expect(kept.child).toBe(children[1]);
});

test('close ends the child, rejects those that wait, and nothing is started any more', async () => {
  const { kept, clock, children, lost } = keep();
  const ready = kept.ready();
  await settle();
  const rejected = expect(ready).rejects.toMatchObject({ message: 'closed' });
  await kept.close();
  await rejected;
  expect(children[0]?.closed).toBe(true);
  expect(lost.map(({ message }) => message)).toEqual(['closed']);
  children[0]?.onLost(died(), false);
  expect(lost).toHaveLength(1);
  expect(kept.refusal).toMatchObject({ message: 'closed' });
  await expect(kept.ready()).rejects.toMatchObject({ message: 'closed' });
  expect(children).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('close takes back the next start, and one amid its preparation comes to nothing', async () => {
  const waiting = keep();
  waiting.kept.start();
  await settle();
  waiting.children[0]?.onLost(died(), true);
  await waiting.kept.close();
  expect(waiting.clock.pending).toBe(0);

  let go = (_: string) => {};
  const preparing = keep(
    () =>
      new Promise((resolve) => {
        go = resolve;
      }),
  );
  preparing.kept.start();
  const closed = preparing.kept.close();
  go('model');
  await closed;
  expect(preparing.children).toEqual([]);
});
