// devices.json is read again with one device changed.
import { setTimeout as sleep } from 'node:timers/promises';
import { withScene } from '../support/scene.mjs';

const ROUNDS = 5;

export async function reload(report, { quick, count = quick ? 20 : 1_000 }) {
  await withScene({ count, microphones: 0 }, async ({ fleet, backend, entries, write }) => {
    const before = await fleet.call('connections');
    const times = [];
    let touched = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // How it is reached has changed: it must be dialled anew, and only it.
      write(entries.map((entry, index) => (index === round ? { ...entry, path: '/elsewhere' } : entry)));
      const { ms, changes, errors } = await backend.call('reload');
      if (!changes) throw new Error(`refused: ${errors?.join('; ')}`);
      // From the second round on the device of the round before goes back to what it was.
      const expected = round === 0 ? 1 : 2;
      touched = Math.max(touched, changes.restarted.length + changes.added.length + changes.removed.length - expected);
      times.push(ms);
    }
    await sleep(3_000);
    const after = await fleet.call('connections');
    const others = after.filter((total, index) => index >= ROUNDS && total !== before[index]).length;
    const where = `${count} devices`;
    report.atMost(where, 'reading, checking and applying, longest of five', Math.max(...times), 'ms', 200);
    report.atMost(where, 'devices touched that were not changed', touched + others, '', 0);
  });
}
