import { describe, expect, it } from 'vitest';
import { startBackend } from './support/backend.ts';
import { needs } from './support/needs.ts';
import {
  BACKEND_ADDRESS,
  DEVICE_ADDRESS,
  deviceThere,
  inside,
  makeHost,
  mayMakeNamespaces,
} from './support/network-namespace.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

describe.skipIf(!needs(mayMakeNamespaces(), 'ip netns add', 'a half-open line'))(
  'a half-open line (skipped where "ip netns add" is not there or not allowed)',
  () => {
    it('is found dead within 26 s when packets vanish, and is up again when they pass', async () => {
      makeHost();
      const port = await deviceThere();
      const more = [{ name: 'far', host: DEVICE_ADDRESS, port, reconnect_delay: 1 }];
      const time = new VirtualTime();
      const { app } = await startBackend([], { time, more });
      const far = () => app.fleet.get('far');
      await time.until(() => expect(far()?.state).toBe('ready'));
      await time.until(() => expect(far()?.rttMs).not.toBeNull());

      // What the device sends does not arrive any more; neither side's kernel says a word of it.
      const start = time.clock.now();
      inside('route', 'add', 'blackhole', `${BACKEND_ADDRESS}/32`);
      await time.until(() => expect(far()?.lastError?.code).toBe('peer_dead'));
      expect(time.clock.now() - start).toBeLessThanOrEqual(26_000);

      inside('route', 'del', 'blackhole', `${BACKEND_ADDRESS}/32`);
      await time.until(() => expect(far()?.state).toBe('ready'));
      expect(far()?.connections).toBe(2);
    });
  },
);
