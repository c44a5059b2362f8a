import { describe, expect, it } from 'vitest';
import { ArrivalOffset } from './arrival-offset.ts';

/** Where the newest frame belongs after frames that came in these slots. */
function slotsOf(arrivals: readonly number[]): number[] {
  const arrival = new ArrivalOffset();
  return arrivals.map((slot) => arrival.arrived(slot) + arrival.slots);
}

describe('ArrivalOffset', () => {
  it('knows nothing before a frame came', () => {
    expect(new ArrivalOffset().slots).toBe(Number.POSITIVE_INFINITY);
  });

  it('puts frames that are on time where they came', () => {
    expect(slotsOf([100, 101, 102, 103])).toEqual([100, 101, 102, 103]);
  });

  it('spreads the frames of a message over the time before it', () => {
    const slots = slotsOf([103, 103, 103, 103, 107, 107, 107, 107]);
    expect(slots.slice(4)).toEqual([104, 105, 106, 107]);
  });

  it('keeps late frames in their places, however late the burst', () => {
    const late = Array.from({ length: 30 }, () => 131);
    expect(slotsOf([100, 101, ...late, 132]).slice(-3)).toEqual([130, 131, 132]);
    const veryLate = Array.from({ length: 45 }, () => 147);
    expect(slotsOf([100, 101, 102, ...veryLate]).at(-1)).toBe(147);
  });

  it('moves all of them when the first was late itself', () => {
    const arrival = new ArrivalOffset();
    const first = arrival.arrived(120);
    for (let slot = 101; slot < 110; slot++) arrival.arrived(Math.max(slot, 105));
    expect(first + arrival.slots).toBe(100);
  });

  it('follows when frames were lost, within two seconds', () => {
    const arrivals = Array.from({ length: 250 }, (_, index) => (index < 50 ? index : index + 20));
    const slots = slotsOf(arrivals);
    expect(slots[60]).toBe(60);
    expect(slots.slice(155)).toEqual(arrivals.slice(155));
  });

  it('begins anew behind a gap of more than a second', () => {
    expect(slotsOf([100, 101, 102, 160, 161])).toEqual([100, 101, 102, 160, 161]);
  });
});
