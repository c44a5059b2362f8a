import { describe, expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import { SessionTools } from './session-tools.ts';

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The functions of a session, and a device whose answers the test writes. */
class Rig {
  readonly clock = new ManualClock();
  readonly sent: Sent[] = [];
  readonly lists: number[] = [];
  readonly faults: unknown[] = [];
  readonly tools = new SessionTools({
    clock: this.clock,
    send: (payload) => this.sent.push(payload as unknown as Sent),
    vision: { url: 'http://a/capture', token: 'secret' },
    onList: (leftOut) => this.lists.push(leftOut),
    fault: (cause) => this.faults.push(cause),
  });

  /** What was asked since the last time. */
  asked(): string[] {
    return this.sent.map(({ method, params }) => `${method} ${String(params.cursor ?? params.name ?? '')}`.trim());
  }

  /** Answers the newest request, or one before it. */
  async answer(result: unknown, at = -1): Promise<void> {
    const id = this.sent.at(at)?.id;
    this.tools.receive({ jsonrpc: '2.0', id, result });
    await settle();
  }

  async fail(message: string): Promise<void> {
    this.tools.receive({ jsonrpc: '2.0', id: this.sent.at(-1)?.id, error: { message } });
    await settle();
  }

  /** A device with these functions. */
  async with(...names: readonly string[]): Promise<this> {
    this.tools.begin();
    await this.answer({ protocolVersion: '2024-11-05' });
    await this.answer({ tools: names.map((name) => ({ name, description: '', inputSchema: { type: 'object' } })) });
    this.sent.length = 0;
    return this;
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const OK = { content: [{ type: 'text', text: 'true' }], isError: false };
/** What became of a call. */
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    (result) => result,
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('the functions of a device', () => {
  it('are asked for page by page, the address for pictures first', async () => {
    const rig = new Rig();
    rig.tools.begin();
    expect(rig.sent).toMatchObject([
      {
        id: 1,
        method: 'initialize',
        params: { capabilities: { vision: { url: 'http://a/capture', token: 'secret' } } },
      },
    ]);
    await rig.answer({});
    await rig.answer({
      tools: [
        { name: 'a', description: 'A\u0007', inputSchema: { type: 'object', properties: { x: { type: 'integer' } } } },
      ],
      nextCursor: 'b',
    });
    await rig.answer({
      tools: [
        { name: 'self.reboot', description: 'R', inputSchema: {} },
        { name: 'self.gateway_config.set', description: 'G', inputSchema: {} },
        { name: 'c', annotations: { audience: ['user'] } },
        { name: 'a', description: 'again' },
        { name: 'no\u0007good' },
        { name: '\u202e' },
        { name: ' ' },
        { name: '\ud800' },
        { name: 'x'.repeat(129) },
        { name: 'self.灯.打开 2' },
        7,
      ],
    });
    expect(rig.asked()).toEqual(['initialize', 'tools/list', 'tools/list b']);
    expect(rig.lists).toEqual([7]);
    expect(rig.tools.list()).toEqual([
      {
        name: 'a',
        description: 'A ',
        parameters: { type: 'object', properties: { x: { type: 'integer' } } },
        audience: 'model',
      },
      { name: 'self.reboot', description: 'R', parameters: { type: 'object' }, audience: 'user' },
      { name: 'self.gateway_config.set', description: 'G', parameters: { type: 'object' }, audience: 'user' },
      { name: 'c', description: '', parameters: { type: 'object' }, audience: 'user' },
      { name: 'self.灯.打开 2', description: '', parameters: { type: 'object' }, audience: 'model' },
    ]);
    rig.tools.receive({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    await rig.answer({ tools: [] });
    expect(rig.tools.list()).toEqual([]);
  });

  it.each([0, 1])('are asked for once more when the device does not answer (after %i answers)', async (answers) => {
    const rig = new Rig();
    rig.tools.begin();
    if (answers > 0) await rig.answer({});
    rig.clock.advance(10_000);
    await settle();
    const before = rig.sent.length;
    rig.clock.advance(29_999);
    expect(rig.sent).toHaveLength(before);
    rig.clock.advance(1);
    expect(rig.asked().at(-1)).toBe('initialize');
    // An answer that comes too late is that of none.
    expect(rig.tools.receive({ jsonrpc: '2.0', id: 1, result: {} })).toBe(false);
    await rig.answer({});
    await rig.answer({ tools: [{ name: 'a' }] });
    expect(rig.tools.list()).toMatchObject([{ name: 'a' }]);
    expect([rig.clock.pending, rig.faults]).toEqual([0, []]);
  });

  it('are asked for no third time, and not of a device that is gone', async () => {
    const rig = new Rig();
    rig.tools.begin();
    rig.clock.advance(10_000);
    await settle();
    rig.clock.advance(30_000);
    rig.clock.advance(10_000);
    await settle();
    expect(rig.asked()).toEqual(['initialize', 'initialize']);
    expect(rig.clock.pending).toBe(0);
    const gone = new Rig();
    gone.tools.begin();
    gone.clock.advance(10_000);
    await settle();
    gone.tools.close();
    expect([gone.clock.pending, gone.faults]).toEqual([0, []]);
  });

  it.each([
    ['a page that names itself as the next', () => ({ tools: [], nextCursor: 'x' }), 3, 0],
    ['no end of pages', (page: number) => ({ tools: [], nextCursor: `p${page}` }), 51, 0],
    ['a megabyte of descriptions', (page: number) => ({ tools: [big(page)], nextCursor: `p${page}` }), 51, 31],
    [
      'more functions than there may be',
      (page: number) => ({
        tools: Array.from({ length: 50 }, (_, n) => ({ name: `t${page}.${n}` })),
        nextCursor: `p${page}`,
      }),
      51,
      200,
    ],
    ['no page at all', () => 'x', 2, 0],
  ])('are bounded: %s', async (_what, pageOf, requests, kept) => {
    const rig = new Rig();
    rig.tools.begin();
    for (let page = 0; page < 60 && rig.lists.length === 0; page++) await rig.answer(pageOf(page));
    expect(rig.sent).toHaveLength(requests);
    expect(rig.tools.list().length).toBe(kept);
    expect(rig.faults).toEqual([]);
  });

  it('whose arguments are nested too deeply are left out', async () => {
    const rig = new Rig();
    let deep: unknown = {};
    for (let depth = 0; depth < 5_000; depth++) deep = { a: deep };
    rig.tools.begin();
    await rig.answer({});
    await rig.answer({
      tools: [
        { name: 'deep', inputSchema: { properties: deep } },
        { name: 'wide', inputSchema: { enum: Array(50_000).fill(1) } },
      ],
    });
    expect(rig.lists).toEqual([2]);
  });

  it('are none when the device does not answer', async () => {
    const rig = new Rig();
    rig.tools.begin();
    rig.clock.advance(10_000);
    await settle();
    expect(rig.tools.list()).toEqual([]);
    expect(rig.faults).toEqual([]);
    // It is asked once more, later.
    expect(rig.clock.pending).toBe(1);
    rig.tools.close();
    expect(rig.clock.pending).toBe(0);
  });
});

describe('a call', () => {
  it('gives back what the device says', async () => {
    const rig = await new Rig().with('self.led.on', 'self.camera.take_photo');
    const call = rig.tools.call('self.led.on', { color: 'red' });
    await settle();
    expect(rig.sent.at(-1)).toMatchObject({
      method: 'tools/call',
      params: { name: 'self.led.on', arguments: { color: 'red' } },
    });
    await rig.answer(OK);
    expect(await call).toEqual(OK);
  });

  it.each([
    ['with its words when it fails', (rig: Rig) => rig.fail('out\u0000 of range'), 'tool_failed: out  of range'],
    [
      'that is no result',
      (rig: Rig) => rig.answer({ content: 'x' }),
      'tool_failed: the result of "self.led.on" cannot be read',
    ],
    ['that is nothing', (rig: Rig) => rig.answer(undefined), 'tool_failed: the result of "self.led.on" cannot be read'],
    [
      'never',
      async (rig: Rig) => rig.clock.advance(10_000),
      'tool_timeout: the device has not answered "tools/call" within 10 seconds',
    ],
    [
      'when its link ends',
      async (rig: Rig) => rig.tools.close(),
      'link_lost: the device is gone: its link ended before it answered',
    ],
  ])('is answered %s', async (_what, happens, outcome) => {
    const rig = await new Rig().with('self.led.on');
    const call = outcomeOf(rig.tools.call('self.led.on', {}));
    await settle();
    await happens(rig);
    expect(await call).toBe(outcome);
    expect(rig.clock.pending).toBe(0);
  });

  it.each([
    [{}, []],
    [{ isError: 'x', content: [] }, []],
    [
      { content: [{ type: 'resource', resource: { uri: 'x' } }, OK.content[0]] },
      [{ type: 'text', text: '[a part that cannot be used]' }, OK.content[0]],
    ],
    [
      { content: [{ type: 'image', data: 'no base64', mimeType: 'image/png' }] },
      [{ type: 'text', text: '[a part that cannot be used]' }],
    ],
  ])('is answered with what can be read of %j', async (result, content) => {
    const rig = await new Rig().with('self.led.on');
    const call = rig.tools.call('self.led.on', {});
    await settle();
    await rig.answer(result);
    expect(await call).toEqual({ content, isError: false });
  });

  it('of what the device has not told is refused', async () => {
    const rig = await new Rig().with('a');
    expect(await outcomeOf(rig.tools.call('b', {}))).toBe('tool_unknown: the device has no function "b"');
    expect(rig.sent).toEqual([]);
  });

  it('that is given up is not waited for', async () => {
    const rig = await new Rig().with('self.led.on');
    const given = new AbortController();
    const call = outcomeOf(rig.tools.call('self.led.on', {}, given.signal));
    await settle();
    given.abort(new Error('enough'));
    expect(await call).toBe('undefined: enough');
    await rig.answer(OK);
    expect(rig.clock.pending).toBe(0);
    expect(await outcomeOf(rig.tools.call('self.led.on', {}, given.signal))).toBe('undefined: enough');
  });

  it('that is given up while it waits for another is not made', async () => {
    const rig = await new Rig().with('self.led.on');
    const given = new AbortController();
    const first = rig.tools.call('self.led.on', {});
    const second = outcomeOf(rig.tools.call('self.led.on', { n: 2 }, given.signal));
    const third = rig.tools.call('self.led.on', { n: 3 });
    await settle();
    given.abort(new Error('enough'));
    await rig.answer(OK);
    expect(await first).toEqual(OK);
    expect(await second).toBe('undefined: enough');
    await settle();
    expect(rig.sent.slice(1)).toMatchObject([{ params: { arguments: { n: 3 } } }]);
    await rig.answer(OK);
    expect(await third).toEqual(OK);
  });

  it('is not waited for without end', async () => {
    const rig = await new Rig().with('self.led.on', 'self.robot.turn');
    const calls = Array.from({ length: 70 }, () => outcomeOf(rig.tools.call('self.led.on', {})));
    const full = 'tool_timeout: 64 calls wait for this part of the device already: try again later';
    expect(await Promise.all(calls.slice(64))).toEqual(Array(6).fill(full));
    const other = rig.tools.call('self.robot.turn', {});
    await settle();
    await rig.answer(OK);
    expect(await other).toEqual(OK);
    // The device answers none: each call gets its 10 s, and no caller waits for longer than 40 s.
    for (let second = 0; second < 40; second++) {
      rig.clock.advance(1_000);
      await settle();
    }
    const outcomes = await Promise.all(calls.slice(0, 64));
    expect(outcomes.slice(0, 3)).toEqual(
      Array(3).fill('tool_timeout: the device has not answered "tools/call" within 10 seconds'),
    );
    expect(outcomes[4]).toBe(
      'tool_timeout: earlier calls for this part of the device took more than 30 seconds: try again later',
    );
    expect(rig.clock.pending).toBe(0);
    // It is as before then.
    const next = rig.tools.call('self.led.on', {});
    await settle();
    await rig.answer(OK);
    expect(await next).toEqual(OK);
  });

  it('waits for those of the same part, and not for others', async () => {
    const rig = await new Rig().with('self.led.on', 'self.led.off', 'self.robot.turn');
    const calls = ['self.led.on', 'self.led.off', 'self.robot.turn'].map((name) => outcomeOf(rig.tools.call(name, {})));
    await settle();
    expect(rig.asked()).toEqual(['tools/call self.led.on', 'tools/call self.robot.turn']);
    await rig.answer(OK, 0);
    expect(rig.asked()).toEqual(['tools/call self.led.on', 'tools/call self.robot.turn', 'tools/call self.led.off']);
    rig.tools.close();
    expect(await Promise.all(calls)).toEqual([OK, ...Array(2).fill(expect.stringContaining('link_lost'))]);
  });

  it('of the camera has the picture that came on another way before its result', async () => {
    const rig = await new Rig().with('self.camera.take_photo');
    expect(rig.tools.picture('AAAA')).toBe(false);
    const call = rig.tools.call('self.camera.take_photo', { question: 'what is this?' });
    await settle();
    expect(rig.tools.picture('AAAA')).toBe(true);
    await rig.answer(OK);
    expect(await call).toEqual({
      ...OK,
      content: [{ type: 'image', data: 'AAAA', mimeType: 'image/jpeg' }, ...OK.content],
    });
    expect(rig.tools.picture('AAAA')).toBe(false);
  });
});

it('what is no answer and was not asked for is told', () => {
  const { tools } = new Rig();
  expect([{ id: 7, result: 1 }, { id: '1' }, null, 'x', {}].map((payload) => tools.receive(payload))).toEqual(
    Array(5).fill(false),
  );
});

function big(page: number): unknown {
  return { name: `t${page}`, description: 'd'.repeat(20_000), inputSchema: {} };
}
