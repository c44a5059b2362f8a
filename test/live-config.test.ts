import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigChanges } from '#src/config/live/config-changes';
import { ConfigReloader } from '#src/config/live/config-reloader';
import { DevicesWatcher } from '#src/config/live/devices-watcher';
import type { EventReport } from '#src/telemetry/events';
import { simDevice, startLiveBackend } from './support/backend.ts';
import { readDevicesFile } from './support/devices/devices.ts';
import { needs } from './support/needs.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const NO_CHANGES: ConfigChanges = { added: [], removed: [], restarted: [], updated: [], unchanged: 0 };

function fileOf(...names: string[]): string {
  return JSON.stringify({ devices: names.map((name, index) => ({ name, host: '10.0.0.1', port: 1000 + index })) });
}

/** A watched devices.json in a folder of its own, on the real file system; how long changes are waited for is virtual. */
function watched(prepare?: (folder: string) => string, time = new VirtualTime()) {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = prepare?.(folder) ?? join(folder, 'devices.json');
  if (!prepare) writeFileSync(file, fileOf('first'));
  const applied: string[] = [];
  const events: EventReport[] = [];
  const problems: (string | null)[] = [];
  const reloader = new ConfigReloader(readDevicesFile(file), {
    clock: time.clock,
    report: (event) => events.push(event),
    apply: (devices) => {
      applied.push(devices.map(({ name }) => name).join());
      return NO_CHANGES;
    },
    read: readDevicesFile,
  });
  const watcher = new DevicesWatcher({
    file,
    clock: time.clock,
    pollMs: 200,
    onChange: () => void reloader.reload('file'),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => watcher.close());
  /** Waits until what was applied last are these devices. */
  const expectApplied = (names: string) => time.until(() => expect(applied.at(-1)).toBe(names));
  return { time, folder, file, applied, events, problems, reloader, expectApplied };
}

describe('devices.json on the real file system', () => {
  it('is applied again after a write in place, time and again', async () => {
    const { file, expectApplied } = watched();
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(file, fileOf(name));
      await expectApplied(name);
    }
  });

  it('is applied again after an atomic save, time and again', async () => {
    const { folder, file, expectApplied } = watched();
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(join(folder, '.devices.json.swp'), fileOf(name));
      renameSync(join(folder, '.devices.json.swp'), file);
      await expectApplied(name);
    }
  });

  it('is applied again after it was removed and written anew, time and again', async () => {
    const { time, file, reloader, expectApplied } = watched();
    for (const name of ['a', 'b', 'c']) {
      unlinkSync(file);
      await time.until(() => expect(reloader.status.lastReload?.ok).toBe(false));
      writeFileSync(file, fileOf(name));
      await expectApplied(name);
    }
  });

  it('is applied again after Kubernetes has swapped its links', async () => {
    const { folder, expectApplied } = watched((root) => {
      mkdirSync(join(root, '..v0'));
      writeFileSync(join(root, '..v0', 'devices.json'), fileOf('first'));
      symlinkSync('..v0', join(root, '..data'));
      symlinkSync('..data/devices.json', join(root, 'devices.json'));
      return join(root, 'devices.json');
    });
    for (const [version, name] of ['a', 'b', 'c'].entries()) {
      const next = `..v${version + 1}`;
      mkdirSync(join(folder, next));
      writeFileSync(join(folder, next, 'devices.json'), fileOf(name));
      symlinkSync(next, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
      await expectApplied(name);
    }
  });

  it('keeps the running devices when it is wrong, says everything, and recovers', async () => {
    const { time, file, applied, events, reloader, expectApplied } = watched();
    writeFileSync(file, '{"devices":[{"name":"a/b","host":"10.0.0.1","port":"1"}]}');
    await time.until(() => expect(reloader.status.lastReload?.ok).toBe(false));
    expect(reloader.status.lastReload?.errors).toHaveLength(2);
    expect(reloader.status.devices).toBe(1);
    expect(events).toEqual([
      {
        type: 'config.reloaded',
        ok: false,
        trigger: 'file',
        changes: null,
        errors: [expect.any(String), expect.any(String)],
      },
    ]);
    expect(applied).toEqual([]);
    writeFileSync(file, fileOf('a'));
    await expectApplied('a');
    expect(reloader.status.lastReload?.ok).toBe(true);
  });

  it('is not applied again when it was saved without a change', async () => {
    const { time, file, applied, events, expectApplied } = watched();
    for (let round = 0; round < 3; round++) {
      writeFileSync(file, fileOf('first'));
      await time.pass(500);
    }
    expect([applied, events]).toEqual([[], []]);
    // However late the file system tells of it: what it told of before is over with this one.
    writeFileSync(file, fileOf('second'));
    await expectApplied('second');
    expect([applied, events.length]).toEqual([['second'], 1]);
  });

  it('is applied a few times only when it is written 500 times, the last one for good', async () => {
    const { time, file, applied, expectApplied } = watched();
    for (let round = 1; round <= 500; round++) {
      writeFileSync(file, fileOf(`device ${round}`));
      if (round % 50 === 0) await time.pass(20);
    }
    await expectApplied('device 500');
    expect(applied.length).toBeLessThan(10);
  });

  it.each([
    ['a folder', (file: string) => mkdirSync(file)],
    ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
    ['a link to nowhere', (file: string) => symlinkSync('/nowhere/at/all', file)],
    ['an endless device', (file: string) => symlinkSync('/dev/zero', file)],
    ['10 MB of spaces', (file: string) => writeFileSync(file, Buffer.alloc(10 * 1024 * 1024, 0x20))],
  ])('survives being replaced by %s, and recovers', async (_, replace) => {
    const { time, file, reloader, expectApplied } = watched();
    rmSync(file);
    replace(file);
    await time.until(() => expect(reloader.status.lastReload?.errors.join()).toMatch(/cannot be read/));
    rmSync(file, { recursive: true });
    writeFileSync(file, fileOf('a'));
    await expectApplied('a');
  });

  it.skipIf(process.getuid?.() === 0)(
    'survives being made unreadable (skipped for root, who reads everything)',
    async () => {
      const { time, file, reloader, expectApplied } = watched();
      chmodSync(file, 0);
      await time.until(() => expect(reloader.status.lastReload?.ok).toBe(false));
      chmodSync(file, 0o600);
      writeFileSync(file, fileOf('a'));
      await expectApplied('a');
    },
  );

  it('reads it again on request although it is the same: tokens may come from elsewhere', async () => {
    const { applied, reloader } = watched();
    await reloader.reload('api');
    await reloader.reload('signal');
    expect(applied).toEqual(['first', 'first']);
  });
});

/** Whether this machine lets us make bind mounts, as a container engine does. */
function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-mount-'));
  try {
    execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!needs(mayMount(), 'mount --bind', 'devices.json on a bind mount'))(
  'devices.json on a bind mount (skipped where mount --bind is not allowed)',
  () => {
    const host = mkdtempSync(join(tmpdir(), 'dialtone-host-'));
    const inside = mkdtempSync(join(tmpdir(), 'dialtone-inside-'));
    const single = join(inside, 'single', 'devices.json');
    const folder = join(inside, 'folder');

    beforeAll(() => {
      writeFileSync(join(host, 'devices.json'), fileOf('first'));
      mkdirSync(join(inside, 'single'));
      mkdirSync(folder);
      writeFileSync(single, '');
      execFileSync('mount', ['--bind', join(host, 'devices.json'), single]);
      execFileSync('mount', ['--bind', host, folder]);
    });

    afterAll(() => {
      execFileSync('umount', [single]);
      execFileSync('umount', [folder]);
      for (const path of [host, inside]) rmSync(path, { recursive: true, force: true });
    });

    it('sees every save through a mounted folder, and explains a mounted file that was replaced', async () => {
      const time = new VirtualTime();
      const throughFolder = watched(() => join(folder, 'devices.json'), time);
      const throughFile = watched(() => single, time);
      writeFileSync(join(host, 'devices.json'), fileOf('in place'));
      await throughFolder.expectApplied('in place');
      await throughFile.expectApplied('in place');

      writeFileSync(join(host, 'new'), fileOf('atomic'));
      renameSync(join(host, 'new'), join(host, 'devices.json'));
      await throughFolder.expectApplied('atomic');
      await time.until(() => expect(throughFile.problems).toEqual([expect.stringMatching(/mount its directory/)]));
      expect(throughFile.applied.at(-1)).toBe('in place');
    });
  },
);

describe('the running backend', () => {
  it('touches only what the file changed, and forgets what it no longer names', async () => {
    const time = new VirtualTime();
    const [same, moved, voiced, gone] = await Promise.all(
      ['same', 'moved', 'voiced', 'gone'].map((name) => simDevice({ name, clock: time.clock })),
    );
    const fresh = await simDevice({ name: 'fresh', clock: time.clock });
    if (!same || !moved || !voiced || !gone) throw new Error('no devices');
    const backend = await startLiveBackend([same, moved, voiced, gone], time);
    const all = [same, moved, voiced, gone];
    await time.during(Promise.all(all.map((device) => device.waitForConnection())));

    backend.write([
      { device: fresh },
      { device: same },
      { device: voiced, voice: 'Charles' },
      { device: moved, path: '/elsewhere' },
    ]);
    await time.during(fresh.waitForConnection());
    await time.until(() => expect(gone.openSockets).toBe(0));
    await time.until(() => expect(moved.handshakes.at(-1)?.path).toBe('/elsewhere'));
    expect([same, voiced, moved, gone, fresh].map((device) => device.connections)).toEqual([1, 1, 2, 1, 1]);
    expect(moved.maxOpenSockets).toBe(1);
    expect(backend.app.fleet.list().map(({ config }) => config.name)).toEqual(['fresh', 'same', 'voiced', 'moved']);
    expect(backend.all('config.reloaded').at(-1)).toMatchObject({
      ok: true,
      changes: { added: ['fresh'], removed: ['gone'], restarted: ['moved'], updated: ['voiced'], unchanged: 1 },
    });
    const metrics = await (await fetch(`${backend.app.url}/metrics`)).text();
    expect(metrics).toContain('device="fresh"');
    expect(metrics).not.toContain('device="gone"');
  });

  it('does not dial a renamed device before the old line is gone', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'old', clock: time.clock });
    const backend = await startLiveBackend([device], time);
    await time.during(device.waitForConnection());
    backend.write([{ device, name: 'new' }]);
    await time.until(() => expect(backend.app.fleet.get('new')?.state).toBe('ready'));
    expect(device.connections).toBe(2);
    expect(device.maxOpenSockets).toBe(1);
  });

  it('warnings of the file that is loaded are logged, as at a start', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'kitchen', clock: time.clock });
    const backend = await startLiveBackend([device], time);
    await time.during(device.waitForConnection());
    expect(backend.log()).not.toContain('config.warning');
    backend.write([{ device }, { device, name: 'twin' }]);
    await time.until(() => expect(backend.log()).toMatch(/"config.warning".*have the same address/));
  });
});
