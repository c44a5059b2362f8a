import { expect, test } from 'vitest';
import { ManualClock } from '../../../core/manual-clock.ts';
import type { OfferedDownload } from '../../downloads.ts';
import { AvatarLoads } from './avatar-loads.ts';

const SET = { bytes: Buffer.from('abc'), mode: 'layered', withinMs: 60_000 } as const;
const CHECKSUM = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

function rig() {
  const clock = new ManualClock();
  const sent: unknown[] = [];
  const offered: OfferedDownload[] = [];
  let withdrawn = 0;
  const loads = new AvatarLoads({
    clock,
    offer: (download) => {
      offered.push(download);
      return { url: 'http://a/avatar_set/1', token: 'x', withdraw: () => withdrawn++ };
    },
    send: (fields) => sent.push(fields),
  });
  const begin = () =>
    loads.load(SET).then(
      () => 'loaded',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );
  return { begin, clock, loads, offered, sent, withdrawn: () => withdrawn };
}

test('the device is told what to fetch, and how to check it', async () => {
  const { begin, clock, loads, offered, sent, withdrawn } = rig();
  const result = begin();
  const fields = { url: 'http://a/avatar_set/1', token: 'x', mode: 'layered', checksum: CHECKSUM, expected_size: 3 };
  expect(sent).toEqual([fields]);
  expect(offered).toEqual([
    {
      bytes: SET.bytes,
      contentType: 'application/octet-stream',
      headers: { 'x-avatar-mode': 'layered', 'x-avatar-sha256': CHECKSUM },
      forMs: 120_000,
      guardedAt: '/avatar_set/',
    },
  ]);
  // What it says of another set is not believed.
  expect(loads.loaded({ checksum: 'sha256:00', ok: true, error: '' })).toBe(false);
  expect(loads.loaded({ checksum: CHECKSUM, ok: true, error: '' })).toBe(true);
  expect(await result).toBe('loaded');
  expect([clock.pending, withdrawn()]).toEqual([0, 1]);
  expect(loads.loaded({ checksum: CHECKSUM, ok: true, error: '' })).toBe(false);
});

test('a device that fails, goes, or says nothing', async () => {
  const { begin, clock, loads, withdrawn } = rig();
  const failed = begin();
  loads.loaded({ checksum: CHECKSUM, ok: false, error: 'psram_oom\u0007' });
  expect(await failed).toMatch(/^tool_failed: psram_oom/);
  const silent = begin();
  clock.advance(60_000);
  expect(await silent).toMatch(/^tool_timeout: /);
  const gone = begin();
  loads.close();
  expect(await gone).toMatch(/^link_lost: /);
  // It may still fetch what it was too slow for.
  expect([clock.pending, withdrawn()]).toEqual([0, 2]);
});
