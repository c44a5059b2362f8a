import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { DeviceCommand } from '../../protocols/protocol.ts';
import type { DeviceReport } from '../view.ts';
import { defineTool } from './tool.ts';
import { createToolBox, type ToolBoxOptions } from './tool-box.ts';

/** Saturday, 15:10 in London. */
const WALL_MS = Date.UTC(2026, 10, 21, 15, 10);

function setUp(more: Partial<ToolBoxOptions> = {}) {
  const clock = new ManualClock(WALL_MS);
  const sent: DeviceCommand[] = [];
  const state: { reported: DeviceReport | null; ended: number } = { reported: null, ended: 0 };
  const box = createToolBox({
    clock,
    device: 'kitchen',
    session: {
      abilities: { playTone: true, setVolume: true },
      send: (command) => sent.push(command),
    },
    reported: () => state.reported,
    endConversation: () => {
      state.ended += 1;
    },
    timeZone: 'Europe/London',
    ...more,
  });
  const run = (name: string, args: unknown = {}, signal = new AbortController().signal) =>
    box.run({ id: 'x', name, arguments: typeof args === 'string' ? args : JSON.stringify(args) }, signal);
  return { clock, sent, state, box, run };
}

const tool = (run: (signal: AbortSignal) => string | Promise<string>) =>
  defineTool({ name: 'own', description: 'own', parameters: z.object({}), run: (_, signal) => run(signal) });

describe('createToolBox', () => {
  it('offers what the device can do', () => {
    expect(setUp().box.specs.map(({ name }) => name)).toEqual([
      'current_time',
      'device_status',
      'set_volume',
      'play_tone',
      'end_conversation',
    ]);
    const session = { abilities: { playTone: false, setVolume: false }, send: () => {} };
    expect(setUp({ session }).box.specs.map(({ name }) => name)).toEqual([
      'current_time',
      'device_status',
      'end_conversation',
    ]);
  });

  it('describes arguments as a plain JSON Schema of an object', () => {
    for (const { name, description, parameters } of setUp().box.specs) {
      expect(description.length, name).toBeGreaterThan(20);
      expect(parameters).toMatchObject({ type: 'object', properties: {} });
      expect(parameters).not.toHaveProperty('$schema');
      expect(parameters).not.toHaveProperty('required');
    }
    expect(setUp().box.specs.find(({ name }) => name === 'set_volume')?.parameters).toMatchObject({
      properties: { percent: { anyOf: [{ type: 'integer', minimum: 0, maximum: 100 }, { type: 'null' }] } },
    });
  });

  it('does not run what the device cannot do', async () => {
    const session = { abilities: { playTone: false, setVolume: false }, send: () => {} };
    expect(await setUp({ session }).run('set_volume', { percent: 5 })).toMatch(/^Error: there is no such function/);
  });

  it.each(['', ' ', '{}', 'null'])('takes %j for no arguments', async (args) => {
    expect(await setUp().run('current_time', args)).toContain('15:10');
  });

  it('bounds a result without cutting a character in two', async () => {
    const { run } = setUp({ more: [tool(() => `${'x'.repeat(1_998)}😀${'y'.repeat(500)}`)] });
    expect(await run('own')).toBe(`${'x'.repeat(1_998)}…`);
  });

  it('does not take arguments of any length', async () => {
    expect(await setUp().run('current_time', `{"a":"${'x'.repeat(20_000)}"}`)).toMatch(/^Error: /);
  });

  it('turns failures into words: ours as they are, others without their text', async () => {
    const throwing = (error: Error) =>
      setUp({
        more: [
          tool(() => {
            throw error;
          }),
        ],
      }).run('own');
    expect(await throwing(new Error('secret'))).toBe('Error: the function failed.');
    expect(await throwing(new DialtoneError('internal', 'try later'))).toBe('Error: try later');
  });

  it('stops when aborted, and does not begin behind an abort', async () => {
    let begun = 0;
    let stopped = 0;
    const { run, clock } = setUp({
      more: [
        tool((signal) => {
          begun += 1;
          signal.addEventListener('abort', () => {
            stopped += 1;
          });
          return new Promise(() => {});
        }),
      ],
    });
    const controller = new AbortController();
    const result = run('own', {}, controller.signal);
    controller.abort();
    expect(await result).toBe('Error: stopped.');
    expect(await run('own', {}, controller.signal)).toBe('Error: stopped.');
    expect([begun, stopped, clock.pending]).toEqual([1, 1, 0]);
  });

  it('gives up after its time', async () => {
    const { run, clock } = setUp({ timeoutMs: 500, more: [tool(() => new Promise(() => {}))] });
    const result = run('own');
    clock.advance(500);
    expect(await result).toBe('Error: no result within 0.5 s.');
    expect(clock.pending).toBe(0);
  });
});

describe('current_time', () => {
  it.each([
    { args: {}, says: 'Saturday 21 November 2026 at 15:10, time zone Europe/London.' },
    { args: { time_zone: null }, says: 'Saturday 21 November 2026 at 15:10, time zone Europe/London.' },
    { args: { time_zone: '' }, says: 'Saturday 21 November 2026 at 15:10, time zone Europe/London.' },
    { args: { time_zone: 'Asia/Tokyo' }, says: 'Sunday 22 November 2026 at 00:10, time zone Asia/Tokyo.' },
  ])('$args', async ({ args, says }) => {
    // Versions of the time zone data write the comma behind the weekday, or do not.
    expect(
      String(await setUp().run('current_time', args))
        .replace('Saturday,', 'Saturday')
        .replace('Sunday,', 'Sunday'),
    ).toBe(says);
  });

  it('refuses a zone that is none', async () => {
    expect(await setUp().run('current_time', { time_zone: 'Moon/Sea' })).toMatch(/^Error: there is no such time zone/);
    expect(await setUp().run('current_time', { time_zone: 7 })).toMatch(
      /^Error: the arguments are not right: time_zone/,
    );
  });
});

describe('device_status', () => {
  it('tells what is known', async () => {
    const { run, state, clock } = setUp();
    expect(await run('device_status')).toBe(
      'Name: kitchen. Connected for less than a second. The device has not reported anything else about itself.',
    );
    clock.advance(3_725_000);
    state.reported = { uptimeMs: 2 * 86_400_000 + 5_000, heapFreeBytes: 123_456, wifiRssiDbm: -61.4 };
    await run('set_volume', { percent: 30 });
    expect(await run('device_status')).toBe(
      'Name: kitchen. Connected for 1 hour 2 minutes. Had been running for 2 days when it last reported. ' +
        'Wi-Fi: good (-61 dBm). Free memory: 123 kB. Volume: 30 percent.',
    );
  });

  it.each([
    [-40, 'excellent'],
    [-67, 'good'],
    [-75, 'fair'],
    [-80, 'weak'],
    [-90, 'very weak'],
  ])('calls %d dBm %s', async (wifiRssiDbm, word) => {
    const { run, state } = setUp();
    state.reported = { wifiRssiDbm };
    expect(await run('device_status')).toContain(`Wi-Fi: ${word} (${wifiRssiDbm} dBm)`);
  });

  it('does not believe a strength of 0', async () => {
    const { run, state } = setUp();
    state.reported = { wifiRssiDbm: 0 };
    expect(await run('device_status')).not.toContain('Wi-Fi');
  });
});

describe('set_volume', () => {
  it('sets it, and changes it from where it was set', async () => {
    const { run, sent } = setUp();
    expect(await run('set_volume', { change: 20 })).toBe('The volume is now 70 percent.');
    expect(await run('set_volume', { percent: 15, change: 5 })).toBe('The volume is now 15 percent.');
    expect(await run('set_volume', { percent: null, change: -40 })).toBe('The volume is now 0 percent.');
    expect(await run('set_volume', { percent: '95', change: '' })).toBe('The volume is now 95 percent.');
    expect(await run('set_volume', { change: 10 })).toBe('The volume is now 100 percent.');
    expect(sent).toEqual([70, 15, 0, 95, 100].map((percent) => ({ type: 'set_volume', percent })));
  });

  it.each([
    {},
    { percent: null },
    { percent: 101 },
    { percent: -1 },
    { percent: 1.5 },
    { percent: 'loud' },
    { change: true },
  ])('refuses %j', async (args) => {
    const { run, sent } = setUp();
    expect(await run('set_volume', args)).toMatch(/^Error: /);
    expect(sent).toEqual([]);
  });
});

describe('play_tone', () => {
  it('plays the tone that is asked for', async () => {
    const { run, sent } = setUp();
    expect(await run('play_tone', { tone: 'error' })).toBe('The sound was played.');
    await run('play_tone', { tone: null });
    expect(await run('play_tone', { tone: 'siren' })).toMatch(/^Error: /);
    expect(sent).toEqual([
      { type: 'play_tone', tone: 'error' },
      { type: 'play_tone', tone: 'done' },
    ]);
  });
});

describe('end_conversation', () => {
  it('calls back and asks for a goodbye', async () => {
    const { run, state } = setUp();
    expect(await run('end_conversation')).toContain('say goodbye');
    expect(state.ended).toBe(1);
  });
});
