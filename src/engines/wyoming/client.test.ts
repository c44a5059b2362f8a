import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeWyoming, type FakeWyomingOptions, startFakeWyoming } from '../../../test/fakes/fake-wyoming.ts';
import { wyomingClientForTest } from '../../../test/support/engines/wyoming-client.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';

const forEver = () => new AbortController().signal;

async function fakeFor(options?: FakeWyomingOptions): Promise<FakeWyoming> {
  const fake = await startFakeWyoming(options);
  onTestFinished(() => fake.close());
  return fake;
}

/** An address at which no server listens. */
async function deadUrl(): Promise<string> {
  const fake = await startFakeWyoming();
  await fake.close();
  return fake.url;
}

describe('what the server offers', () => {
  it.each([false, true])('is asked once, by all at the same time (all data in the header: %s)', async (isInline) => {
    const fake = await fakeFor({ asr: { languages: ['it'], streams: true }, tts: null, isInline });
    const client = wyomingClientForTest(fake.url, new VirtualTime().clock);
    expect(client.known).toBeUndefined();
    const [first, second] = await Promise.all([client.service('stt', forEver()), client.service('stt', forEver())]);
    expect(first).toEqual({ languages: ['it'], streams: true });
    expect(second).toBe(first);
    expect(client.known?.stt).toBe(first);
    await client.service('stt', forEver());
    expect(fake.requests.map(({ kind }) => kind)).toEqual(['describe']);
    await expect.poll(() => fake.connections).toBe(0);
  });

  it('is asked again after a failure, since another server may be there now', async () => {
    const fake = await fakeFor({ asr: { streams: true } });
    const client = wyomingClientForTest(fake.url, new VirtualTime().clock);
    await client.service('stt', forEver());
    fake.become({ asr: { streams: false } });
    expect(await client.service('stt', forEver())).toMatchObject({ streams: true });
    client.open(forEver()).fail(new DialtoneError('engine_timeout', 'too late'));
    expect(await client.service('stt', forEver())).toMatchObject({ streams: false });
  });

  it('may be the wrong thing: the error names the address and the variable', async () => {
    const fake = await fakeFor({ asr: null });
    const client = wyomingClientForTest(fake.url, new VirtualTime().clock);
    const wrong = { code: 'engine_misconfigured', engine: 'wyoming', message: expect.stringContaining(fake.url) };
    await expect(client.service('stt', forEver())).rejects.toMatchObject(wrong);
    await expect(client.ready('stt')).rejects.toThrow(/offers no speech to text: check STT_WYOMING_URL/);
    await expect(client.ready('tts')).resolves.toBeUndefined();
  });

  it('is waited for by many devices at the start, with one listener for all of them', async () => {
    const warned: string[] = [];
    const note = ({ name }: Error) => warned.push(name);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const fake = await fakeFor({ asr: { streams: true } });
    const client = wyomingClientForTest(fake.url, new VirtualTime().clock);
    await Promise.all(Array.from({ length: 30 }, () => client.ready('stt')));
    expect(warned).toEqual([]);
  });

  it('is waited for no longer than the caller wants, while others go on', async () => {
    const fake = await fakeFor();
    const time = new VirtualTime();
    fake.fail('describe', { type: 'slow', delayMs: 5_000, clock: time.clock });
    const client = wyomingClientForTest(fake.url, time.clock);
    const controller = new AbortController();
    const given = expect(client.service('stt', controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const kept = client.service('stt', forEver());
    controller.abort();
    await given;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(await time.during(kept)).toMatchObject({ streams: false });
  });
});

describe('a server that cannot be asked', () => {
  it('is no obstacle at the start, but reported', async () => {
    const problems: DialtoneError[] = [];
    const url = await deadUrl();
    const client = wyomingClientForTest(url, new VirtualTime().clock, { onProblem: (error) => problems.push(error) });
    await client.ready('stt');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'engine_unavailable',
        retryable: true,
        engine: 'wyoming',
        message: `The Wyoming server ${url} cannot be reached (ECONNREFUSED): check that it runs, and STT_WYOMING_URL.`,
      }),
    ]);
  });

  it('is given up after the time for a connection', async () => {
    const fake = await fakeFor();
    const clock = new ManualClock();
    const client = wyomingClientForTest(fake.url, clock, { connectTimeoutMs: 2_000 });
    const link = client.open(forEver());
    // The event loop has no turn meanwhile: there is no connection yet.
    clock.advance(1_999);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await expect(link.ready()).rejects.toMatchObject({
      code: 'engine_unavailable',
      retryable: true,
      message: expect.stringContaining('cannot be reached (no connection within 2 s)'),
    });
  });

  it.each([
    ['silence', { type: 'silence', afterEvents: 0 }, 'engine_timeout', /did not answer in time/],
    ['a cut', { type: 'cut', afterEvents: 0, clean: true }, 'engine_bad_answer', /broke off/],
    ['a cut amid the answer', { type: 'cut', afterEvents: 0, clean: false }, 'engine_bad_answer', /broke off/],
    ['another protocol', { type: 'malformed', afterEvents: 0 }, 'engine_bad_answer', /header is no event/],
    ['an error', { type: 'error', afterEvents: 0, text: 'no\n memory.' }, 'engine_unavailable', /error: no memory\.$/],
  ] as const)('fails with its own error: %s', async (_, fault, code, message) => {
    const fake = await fakeFor();
    fake.fail('describe', fault);
    const time = new VirtualTime();
    const client = wyomingClientForTest(fake.url, time.clock);
    const failure = time.during(client.service('stt', forEver()));
    await expect(failure).rejects.toMatchObject({ code, engine: 'wyoming', message: expect.stringMatching(message) });
    // The next one is asked anew.
    await expect(client.service('stt', forEver())).resolves.toBeDefined();
    expect(time.clock.pending).toBe(0);
  });
});

describe('a connection', () => {
  it('closes at once when its signal aborts, also while it is made', async () => {
    const fake = await fakeFor();
    const time = new VirtualTime();
    const client = wyomingClientForTest(fake.url, time.clock);
    const controller = new AbortController();
    const made = client.open(controller.signal);
    await made.ready();
    const begun = client.open(controller.signal);
    const ready = expect(begun.ready()).rejects.toMatchObject({ name: 'AbortError' });
    const next = expect(made.next()).rejects.toMatchObject({ name: 'AbortError' });
    controller.abort();
    await Promise.all([ready, next]);
    await expect(client.open(controller.signal).ready()).rejects.toMatchObject({ name: 'AbortError' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(time.clock.pending).toBe(0);
    await expect.poll(() => fake.connections).toBe(0);
  });

  it('makes a server wait that sends more than is read', async () => {
    let written = 0;
    let isWaiting = false;
    const payload = Buffer.alloc(64 * 1024);
    const event = Buffer.concat([Buffer.from(`{"type":"audio-chunk","payload_length":${payload.length}}\n`), payload]);
    const server = createServer((socket) => {
      const pour = () => {
        let isTaken = true;
        while (isTaken && !socket.destroyed && written < 64 * 1024 * 1024) {
          isTaken = socket.write(event);
          written += event.length;
        }
        isWaiting = true;
      };
      socket.on('error', () => undefined);
      socket.on('drain', pour);
      pour();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const client = wyomingClientForTest(`tcp://127.0.0.1:${port}`, new VirtualTime().clock);
    const link = client.open(forEver());
    await link.ready();
    await expect.poll(() => isWaiting).toBe(true);
    // Both ends are in this process: each turn of the event loop moves what can be moved.
    let before = written;
    for (let quiet = 0; quiet < 500; quiet = written === before ? quiet + 1 : 0) {
      before = written;
      await nextTurn();
    }
    expect(written).toBeLessThan(32 * 1024 * 1024);
    for (let index = 0; index < 500; index++) expect((await link.next()).payload).toHaveLength(payload.length);
    expect(written).toBeGreaterThan(before);
    link.close();
  });
});
