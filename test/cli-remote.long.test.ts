import { expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { startProgram } from './support/program.ts';
import { startWebServer } from './support/web-server.ts';

const TOKEN = 'a-token-of-the-test';

/** The commands that ask a running backend, each as a process of its own. */
async function setUp() {
  const device = await simDevice({ name: 'Küche 🍳' });
  const backend = await startBackend([device], {
    env: { API_TOKEN: TOKEN },
    more: [{ name: 'attic', host: '127.0.0.1', port: 1, enabled: false }],
  });
  await device.waitForConnection({ timeoutMs: 60_000 });
  const { url } = backend.app;
  const env = { PORT: new URL(url).port, API_TOKEN: TOKEN };
  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = env) => {
    const program = startProgram(args, { env: more });
    return { code: await program.ended, out: program.out(), err: program.err() };
  };
  return { device, backend, url, env, run };
}

it('status shows the devices, tail follows what is said, say has it said, ask gets an answer', async () => {
  const { device, env, run, url } = await setUp();
  const tail = startProgram(['tail'], { env });
  const raw = startProgram(['tail', '--json', '--url', `${url}/`], { env });
  await raw.printed(/"type":"snapshot"/);
  await tail.printed(/1 of 2 devices are connected/);
  const [status, one, json, none] = await Promise.all([
    run(['status']),
    run(['status', 'attic']),
    run(['status', 'attic', '--json']),
    run(['status', 'cellar']),
  ]);
  expect(status).toMatchObject({ code: 0, err: '' });
  expect(status.out).toContain(`${url}: healthy, 1/1 devices connected`);
  expect(status.out).toMatch(/^Küche 🍳 {2}ready {5}\d+ s +idle/m);
  expect(status.out).toMatch(/^attic {4}disabled/m);
  expect(one.out).not.toContain('Küche');
  expect(Object.keys(JSON.parse(json.out).devices)).toEqual(['attic']);
  expect(none).toMatchObject({ code: 1, err: 'there is no device "cellar"\n' });

  const said = await run(['say', device.name, 'Dinner', 'is ready.']);
  expect(said).toEqual({ code: 0, out: 'Dinner is ready.\n', err: '' });
  await device.waitForReply({ timeoutMs: 60_000 });
  await tail.printed(/^\d\d:\d\d:\d\d {2}Küche 🍳 {2}dialtone: Dinner is ready\./m);
  await raw.printed(/"type":"turn\.ended".*"answer":"Dinner is ready\."/);

  const asking = startProgram(['ask', device.name, 'What is next?', '--timeout', '60'], { env });
  await device.waitForReply({ timeoutMs: 60_000 });
  await device.say(demoSample('01.wav'));
  expect([await asking.ended, asking.out(), asking.err()]).toEqual([0, `${demoSample('01.wav').text}\n`, '']);
  await tail.printed(new RegExp(`user: ${demoSample('01.wav').text}`));

  const all = await run(['say', '--all', '--no-wait', 'The door bell.']);
  expect(all).toMatchObject({ code: 0, err: '' });
  await tail.printed(/dialtone: The door bell\./);

  for (const follower of [tail, raw]) {
    follower.child.kill('SIGINT');
    expect(await follower.ended).toBe(0);
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
  const { device, backend, env } = await setUp();
  const tail = startProgram(['tail'], { env });
  await tail.printed(/1 of 2 devices are connected/);
  await backend.close();
  await tail.printed(/trying again/);
  await startBackend([device], { env: { ...env, PORT: env.PORT } });
  await tail.printed(/the backend answers again/);
  await tail.printed(/ of 1 devices are connected/);
});
