import { expect, it } from 'vitest';
import { FakeLink } from '../../../test/support/devices/fake-link.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { LinkContest } from './link-contest.ts';

function contest() {
  const clock = new ManualClock();
  const settled: string[] = [];
  let probes = 0;
  const old = new FakeLink();
  old.probe = () => {
    probes += 1;
  };
  const newer = new LinkContest(clock, (generation, ifTaken) => settled.push(`${generation} ${ifTaken}`));
  return {
    clock,
    settled,
    newer,
    add: (generation: number) => newer.arrived(generation, new FakeLink(), { old, ifTaken: 'refuse_if_alive' }),
    probes: () => probes,
  };
}

it('an old link that lives stays', () => {
  const { newer, add, settled, clock, probes } = contest();
  newer.alive();
  newer.gone();
  add(2);
  add(3);
  expect([probes(), settled]).toEqual([1, []]);
  newer.alive();
  expect(settled).toEqual(['2 refuse', '3 refuse']);
  clock.advance(10_000);
  expect(settled).toHaveLength(2);
});

it('one that gives no sign of life gives way to the newer ones, in their order', () => {
  const { add, settled, clock } = contest();
  add(2);
  clock.advance(2_999);
  add(3);
  expect(settled).toEqual([]);
  clock.advance(1);
  expect(settled).toEqual(['2 supersede', '3 supersede']);
});

it('so does one that goes', () => {
  const { add, newer, settled } = contest();
  add(2);
  newer.gone();
  expect(settled).toEqual(['2 supersede']);
});

it('where no old link is asked, its protocol decides at once', () => {
  const { newer, settled, probes } = contest();
  const old = new FakeLink();
  newer.arrived(1, new FakeLink(), { old: undefined, ifTaken: 'refuse_if_alive' });
  newer.arrived(2, new FakeLink(), { old, ifTaken: 'refuse' });
  newer.arrived(3, new FakeLink(), { old, ifTaken: 'supersede' });
  expect([settled, probes()]).toEqual([['1 supersede', '2 refuse', '3 supersede'], 0]);
});
