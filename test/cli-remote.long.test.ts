import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { type Program, startProgram } from './support/program.ts';
import { VirtualTime } from './support/time/virtual-time.ts';
import { startWebServer } from './support/web-server.ts';

const TOKEN = 'a-token-of-the-test';

/** How long a command may take, milliseconds: more than any limit that it has itself. */
const COMMAND_MS = 120_000;

/** The commands that ask a running backend, each as a process of its own; the time of the backend passes while they are waited for. */
async function setUp() {
  const time = new VirtualTime();
  const device = await simDevice({ name: 'Küche 🍳', clock: time.clock });
  const backend = await startBackend([device], {
    time,
    env: { API_TOKEN: TOKEN },
    more: [{ name: 'attic', host: '127.0.0.1', port: 1, enabled: false }],
  });
  await time.during(device.waitForConnection());
  const { url } = backend.app;
  const env = { PORT: new URL(url).port, API_TOKEN: TOKEN };
  /** What a program that ends by itself has told; says what it was about when it does not end. */
  const result = async (program: Program, what: string) => {
    const limit = new AbortController();
    const late = setTimeout(COMMAND_MS, undefined, { signal: limit.signal }).then(() => {
      throw new Error(`"${what}" does not end: ${program.out()}${program.err()}\n${backend.log().slice(-4_000)}`);
    });
    late.catch(() => {});
    const code = await time.during(Promise.race([program.ended, late]));
    limit.abort();
    return { code, out: program.out(), err: program.err() };
  };
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = env) =>
    result(startProgram(args, { env: more }), args.join(' '));
  return { time, device, backend, url, env, run, result };
}

it('status shows the devices, tail follows what is said, say has it said, ask gets an answer', async () => {
  const { time, device, env, run, result, url } = await setUp();
  const tail = startProgram(['tail'], { env });
  const raw = startProgram(['tail', '--json', '--url', `${url}/`], { env });
  await time.during(raw.printed(/"type":"snapshot"/));
  await time.during(tail.printed(/1 of 2 devices are connected/));
  const [status, one, json, none] = await Promise.all([
    run(['status']),
    run(['status', 'attic']),
    run(['status', 'attic', '--json']),
    run(['status', 'cellar']),
  ]);
  expect(status).toMatchObject({ code: 0, err: '' });
  expect(status.out).toContain(`${url}: healthy, 1/1 devices connected`);
  expect(status.out).toMatch(/^Küche 🍳 {2}ready {5}\d+ (s|min) +idle/m);
  expect(status.out).toMatch(/^attic {4}disabled/m);
  expect(one.out).not.toContain('Küche');
  expect(Object.keys(JSON.parse(json.out).devices)).toEqual(['attic']);
  expect(none).toMatchObject({ code: 1, err: 'there is no device "cellar"\n' });

  const said = await run(['say', device.name, 'Dinner', 'is ready.']);
  expect(said).toEqual({ code: 0, out: 'Dinner is ready.\n', err: '' });
  await time.during(device.waitForReply());
  await time.during(tail.printed(/^\d\d:\d\d:\d\d {2}Küche 🍳 {2}dialtone: Dinner is ready\./m));
  await time.during(raw.printed(/"type":"turn\.ended".*"answer":"Dinner is ready\."/));

  const question = ['ask', device.name, 'What is next?', '--timeout', '60'];
  const asked = result(startProgram(question, { env }), 'ask');
  await time.during(device.waitForReply({ timeoutMs: 600_000 }));
  await time.during(device.speaker.idle());
  await time.during(device.say(demoSample('01.wav')));
  expect(await asked).toEqual({ code: 0, out: `${demoSample('01.wav').text}\n`, err: '' });
  await time.during(tail.printed(new RegExp(`user: ${demoSample('01.wav').text}`)));

  const all = await run(['say', '--all', '--no-wait', 'The door bell.']);
  expect(all).toMatchObject({ code: 0, err: '' });
  await time.during(tail.printed(/dialtone: The door bell\./));

  for (const follower of [tail, raw]) {
    follower.child.kill('SIGINT');
    expect(await result(follower, 'tail after SIGINT')).toMatchObject({ code: 0 });
  }
});

it('says what to do when the backend refuses, is not there, or is something else', async () => {
  const { env, run, url } = await setUp();
  const other = await startWebServer((_, response) => response.writeHead(404).end('<html>'));
  const { PORT } = env;
  const cases: readonly (readonly [readonly string[], Readonly<Record<string, string>>, number, RegExp])[] = [
    [['status'], { PORT }, 77, /Set API_TOKEN or API_TOKEN_FILE/],
    [['tail'], { PORT }, 77, /Set API_TOKEN or API_TOKEN_FILE/],
    [['say', 'attic', 'Hi'], { PORT, API_READ_TOKEN: TOKEN }, 1, /disabled/],
    [['say', 'cellar', 'Hi'], env, 1, /no device of this name/],
    [['tail', 'attic', 'cellar'], env, 1, /^there is no device "cellar"$/m],
    [['say', '--all'], env, 64, /something is missing: DEVICE TEXT/],
    [['say', 'attic'], env, 64, /say which text/],
    [['ask', 'attic', 'Hi', '--timeout', 'long'], env, 64, /--timeout is a number of seconds/],
    [['status', '--url', 'localhost:8000'], env, 64, /--url is an address/],
    [['status'], { PORT: '0' }, 64, /name it with --url/],
    [['status'], { PORT: '1' }, 69, /no answer from http:\/\/127\.0\.0\.1:1 .*is it running\?/],
    [['tail'], { PORT: '1' }, 69, /no answer from/],
    [['status', '--url', other.url], env, 1, /answers 404: is that a dialtone\?/],
    [['status'], { PORT: 'eighty' }, 78, /PORT: /],
  ];
  const results = await Promise.all(cases.map(([args, given]) => run(args, given)));
  for (const [index, [args, , code, text]] of cases.entries()) {
    expect(results[index]?.code, args.join(' ')).toBe(code);
    expect(results[index]?.err).toMatch(text);
    expect(results[index]?.err).not.toMatch(/\n {4}at /);
  }
  expect(url).toContain(PORT);
});

it('tail goes on when the backend is started again', async () => {
  const { time, device, backend, env } = await setUp();
  const tail = startProgram(['tail'], { env });
  await time.during(tail.printed(/1 of 2 devices are connected/));
  await backend.close();
  await tail.printed(/trying again/);
  await startBackend([device], { time, env: { ...env, PORT: env.PORT } });
  await time.during(tail.printed(/the backend answers again/));
  await time.during(tail.printed(/ of 1 devices are connected/));
});
