import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimEvent } from '../device-sim/device/events.ts';
import { simDevice } from './support/backend.ts';
import { type Program, startProgram, temporaryFolder } from './support/program.ts';

/** Engines that need no loading: what a conversation is like is tested elsewhere. */
const QUICK = { STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_API_KEY: 'gsk_CANARY', PORT: '0' };

/** Exit code of a wrong configuration, as in sysexits.h. */
const CONFIG = 78;

/** A server that counts who comes. */
async function listener() {
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  let connections = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

/** A folder with a devices.json of this content. */
function folderWith(content: unknown, name = 'devices.json'): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

async function run(args: readonly string[], options: Parameters<typeof startProgram>[1] = {}) {
  const program = startProgram(args, options);
  const code = await program.ended;
  return { code, out: program.out(), err: program.err() };
}

const entry = (name: string, port: number) => ({ name, host: '127.0.0.1', port });

describe('without a devices.json', () => {
  it('names the places and the two ways on, exits with 78, and writes nothing', async () => {
    const cwd = temporaryFolder();
    const { code, out, err } = await run([], { cwd });
    expect(code).toBe(CONFIG);
    for (const place of ['./devices.json', '/app/devices.json', '/config/devices.json']) expect(err).toContain(place);
    expect(err).toContain('cp devices.example.json devices.json');
    expect(err).toContain('npm run demo');
    expect(err).not.toMatch(/\n {4}at /);
    expect(out).toBe('');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('where REMOTE_DEVICES_CONFIG says it is, looks nowhere else', async () => {
    const cwd = folderWith({ devices: [] });
    const { code, err } = await run([], { cwd, env: { REMOTE_DEVICES_CONFIG: './elsewhere.json' } });
    expect(code).toBe(CONFIG);
    expect(err).toContain('./elsewhere.json (from REMOTE_DEVICES_CONFIG)');
    expect(err).not.toContain('/app/devices.json');
    expect(readdirSync(cwd)).toEqual(['devices.json']);
  });
});

it.each([
  [{ STT: 'groq' }, 'GROQ_API_KEY'],
  [{ LLM: 'openai' }, 'OPENAI_API_KEY'],
  [{ STT: 'wyoming' }, 'STT_WYOMING_URL'],
  [{ TTS_MODEL: 'no-such-model' }, 'npm run models -- list'],
])('ends with 78 when %j needs another setting, and names %s', async (env, wanted) => {
  const { code, err } = await run([], { cwd: folderWith({ devices: [] }), env });
  expect(code).toBe(CONFIG);
  expect(err).toContain(wanted);
  expect(err).not.toMatch(/\n {4}at /);
});

it('says which Node it needs on one that is too old', async () => {
  const old = join(temporaryFolder(), 'old-node.cjs');
  writeFileSync(old, "Object.defineProperty(process, 'version', { value: 'v18.20.8' });");
  const { code, out, err } = await run([], { nodeArgs: ['--require', old] });
  expect({ code, out, err }).toEqual({
    code: 1,
    out: '',
    err: 'dialtone needs Node 20.19 or newer, and this is v18.20.8: install one from https://nodejs.org\n',
  });
});

describe('with a devices.json that is not right', () => {
  it('tells every error at once with STRICT_CONFIG, exits with 78, and dials no device', async () => {
    const server = await listener();
    const cwd = folderWith({
      devices: [
        entry('good', server.port),
        { ...entry('bad', server.port), port: 'x', colour: 'red' },
        entry('GOOD', server.port),
      ],
    });
    const { code, out, err } = await run([], { cwd, env: { ...QUICK, STRICT_CONFIG: 'true' } });
    expect(code).toBe(CONFIG);
    expect(err).toContain('devices[1].port');
    expect(err).toContain('colour');
    expect(out).toBe('');
    expect(server.connections()).toBe(0);
  });

  it('says what is wrong with one that is no list of devices at all', async () => {
    const cases: readonly (readonly [unknown, string])[] = [
      ['{"devices": [', 'line 1'],
      ['', 'empty'],
      [[], 'devices'],
    ];
    const results = await Promise.all(cases.map(([content]) => run([], { cwd: folderWith(content), env: QUICK })));
    for (const [index, [, text]] of cases.entries()) {
      expect(results[index]?.code).toBe(CONFIG);
      expect(results[index]?.err).toContain(text);
    }
  });

  it('that is a folder, exits with 78', async () => {
    const folder = temporaryFolder();
    const { code, err } = await run([], { env: { ...QUICK, REMOTE_DEVICES_CONFIG: folder } });
    expect(code).toBe(CONFIG);
    expect(err).toContain(`${folder} cannot be read`);
  });
});

describe('with an environment that is not right', () => {
  it('names every wrong variable and exits with 78, whatever was to be done', async () => {
    const cwd = folderWith({ devices: [] });
    const env = { PORT: 'eighty', STT: 'ears' };
    const results = await Promise.all(
      ['serve', 'validate', 'healthcheck'].map((command) => run([command], { cwd, env })),
    );
    for (const { code, err } of results) {
      expect(code).toBe(CONFIG);
      expect(err).toMatch(/PORT: .*\n.*STT: /);
      expect(err).not.toMatch(/\n {4}at /);
    }
  });

  it('says which key is missing', async () => {
    const cwd = folderWith({ devices: [] });
    const { code, err } = await run([], { cwd, env: { STT: 'groq' } });
    expect(code).toBeGreaterThan(0);
    expect(err).toContain('set GROQ_API_KEY');
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('says plainly that the port is in use, and dials no device', async () => {
    const busy = await listener();
    const device = await listener();
    const cwd = folderWith({ devices: [entry('hall', device.port)] });
    const { code, err } = await run([], { cwd, env: { ...QUICK, PORT: String(busy.port) } });
    expect(code).toBe(1);
    expect(err).toContain(`port ${busy.port} on 127.0.0.1 is in use`);
    expect(err).not.toMatch(/\n {4}at /);
    expect(device.connections()).toBe(0);
  });
});

describe('with a VOICES_FILE', () => {
  const folder = () => folderWith({ devices: [{ ...entry('kitchen', 1), voice: 'Ann' }] });
  const voices = (content: unknown) => join(folderWith(content, 'voices.json'), 'voices.json');

  it('that is not there or not right, says so and exits with 78', async () => {
    const cwd = folder();
    const bad = voices({ voices: [{ name: 'Ann', language: 'german', kyoto: 'x' }] });
    const [missing, wrong] = await Promise.all([
      run([], { cwd, env: { ...QUICK, VOICES_FILE: './nowhere.json' } }),
      run([], { cwd, env: { ...QUICK, VOICES_FILE: bad } }),
    ]);
    expect([missing.code, missing.err]).toEqual([
      CONFIG,
      expect.stringContaining('no ./nowhere.json (from VOICES_FILE)'),
    ]);
    expect(wrong.code).toBe(CONFIG);
    expect(wrong.err).toContain(`${bad} has 2 errors:`);
    expect(wrong.err).toMatch(/voices\[0\]\.language: .*\n.*voices\[0\]\.kyoto: unknown key/);
  });

  it('takes its voices and no others, when devices.json is read again too', async () => {
    const cwd = folder();
    const VOICES_FILE = voices({ voices: [{ name: 'Ann', language: 'en' }] });
    const [other, own] = await Promise.all([
      run(['validate'], { cwd }),
      run(['validate', join(cwd, 'devices.json')], { env: { VOICES_FILE } }),
    ]);
    expect([other.code, other.err]).toEqual([CONFIG, expect.stringContaining('devices[0].voice: expected one of')]);
    expect([own.code, own.out]).toEqual([0, expect.stringContaining('is right: 1 device,')]);

    const program = startProgram([], { cwd, env: { ...QUICK, VOICES_FILE } });
    const [, url] = await program.printed(/"url":"([^"]+)".*REST API ready/);
    await program.printed(/groq speaks with its default voice of the language for \\"Ann\\"/);
    writeFileSync(join(cwd, 'devices.json'), JSON.stringify({ devices: [{ ...entry('hall', 1), voice: 'Charles' }] }));
    await program.printed(/devices\[0\].voice: expected \\"Ann\\"; found \\"Charles\\"/);
    const { devices } = (await (await fetch(`${url}/v1/devices`)).json()) as { devices: { voice: string }[] };
    expect(devices.map(({ voice }) => voice)).toEqual(['Ann']);
  });
});

describe('validate', () => {
  it('says that a file is right, wherever it is named', async () => {
    const file = { devices: [entry('a', 8001), { ...entry('b', 8002), enabled: false }] };
    const cwd = folderWith(file);
    const named = folderWith(file, 'my.json');
    const right = /is right: 2 devices, 1 of them enabled\n$/;
    const results = await Promise.all([
      run(['validate'], { cwd }),
      run(['validate', join(named, 'my.json')], { cwd }),
      run(['validate'], { cwd, env: { REMOTE_DEVICES_CONFIG: join(named, 'my.json') } }),
    ]);
    for (const { code, out, err } of results) {
      expect(code, err).toBe(0);
      expect(out).toMatch(right);
      expect(err).toBe('');
    }
  });

  it('says what is probably not meant, and passes', async () => {
    const cwd = folderWith({ devices: [entry('a', 8001), entry('b', 8001)] });
    const { code, out } = await run(['validate'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('warning: "a" and "b" have the same address');
    const local = folderWith({ devices: [entry('a', 8001), { ...entry('b', 8001), host: 'localhost' }] });
    expect((await run(['validate'], { cwd: local })).out).toContain('warning: "a" and "b" have the same address');
  });

  it('says which keys are written twice, and passes', async () => {
    const cwd = folderWith({ devices: [] });
    const text = '{"devices": [\n{"name": "a", "host": "10.0.0.1",\n"port": 1,\n"\\u0070ort": 2}]}';
    writeFileSync(join(cwd, 'devices.json'), text);
    const { code, out } = await run(['validate'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('warning: devices[0].port: written twice, on lines 3 and 4: only the last one counts');
  });

  it('says that TZ names no time zone, as serve does, and passes', async () => {
    const cwd = folderWith({ devices: [entry('a', 8001)] });
    const { code, out } = await run(['validate'], { cwd, env: { TZ: 'europe/paris' } });
    expect(code).toBe(0);
    expect(out).toMatch(/^warning: TZ=europe\/paris is no name of a time zone: .* of UTC; write TZ=Europe\/Paris\n/);
    for (const TZ of ['Europe/Paris', ''])
      expect((await run(['validate'], { cwd, env: { TZ } })).out).not.toContain('warning');
    const program = startProgram([], { cwd, env: { ...QUICK, TZ: 'Mars/Base' } });
    await program.printed(/"level":"warn".*"config.warning".*TZ=Mars\/Base is no name of a time zone/);
  });

  it('says which devices are never dialled, by what the settings allow, and passes', async () => {
    const hosts = { metadata: '169.254.169.254', far: '10.0.0.5', here: '127.0.0.1', near: '192.168.1.20' };
    const devices = Object.entries(hosts).map(([name, host]) => ({ name, host }));
    const cwd = folderWith({ devices });
    const plain = await run(['validate'], { cwd });
    expect(plain.code).toBe(0);
    expect(plain.out.match(/^warning: .*/gm)).toEqual([
      'warning: "metadata" is never dialled: 169.254.169.254 belongs to the metadata service of a cloud, which hands out its keys',
    ]);
    const env = { ALLOW_LOOPBACK: 'false', DEVICE_CIDRS: '192.168.0.0/16,127.0.0.0/8' };
    const { code, out } = await run(['validate'], { cwd, env });
    expect(code).toBe(0);
    expect(out.match(/^warning: .*(?=:)/gm)).toEqual([
      'warning: "metadata" is never dialled',
      'warning: "far" is never dialled',
      'warning: "here" is never dialled',
    ]);
  });

  it('says what the engines of a device lack, by the settings', async () => {
    const engines = { stt: 'wyoming', llm: { engine: 'groq', model: 'm' }, tts: 'espeak' };
    const cwd = folderWith({ devices: [{ ...entry('a', 8001), engines }] });
    const bad = await run(['validate'], { cwd });
    expect(bad.code).toBe(CONFIG);
    expect(bad.err).toMatch(/engines\.stt: .*STT_WYOMING_URL/);
    expect(bad.err).toMatch(/engines\.llm: .*GROQ_API_KEY/);
    const env = { STT_WYOMING_URL: 'tcp://ear:10300', GROQ_API_KEY: 'gsk_x' };
    const right = await run(['validate'], { cwd, env });
    expect([right.code, right.err]).toEqual([0, '']);
    const wrong = await run(['validate'], { cwd, env: { ...env, LLM_TIMEOUT: 'soon' } });
    expect([wrong.code, wrong.err]).toEqual([CONFIG, expect.stringContaining('LLM_TIMEOUT')]);
  });

  it('says what is wrong, exits with 78, and reads the file that was named', async () => {
    const cwd = folderWith({ devices: [] });
    const bad = await run(['validate', join(folderWith({ devices: [{}] }), 'devices.json')], { cwd });
    expect(bad.code).toBe(CONFIG);
    expect(bad.err).toMatch(/devices\[0\]\.name.*\n.*devices\[0\]\.host/);
    expect(bad.out).toBe('');
    const missing = await run(['validate', './nowhere.json'], { cwd });
    expect(missing.code).toBe(CONFIG);
    expect(missing.err).toContain('./nowhere.json');
  });
});

describe('the command line', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--help'], 0, /\n {2}validate {5}check a devices\.json[\s\S]*Exit codes:[\s\S]*78 {2}devices\.json/],
    [['say', '--help'], 0, /^dialtone say DEVICE TEXT/],
    [['help', 'say'], 0, /^dialtone say DEVICE TEXT/],
    [['help'], 0, /\n {2}validate {5}check a devices\.json/],
    [['models', '-h'], 0, /models install/],
    [['config', 'schema'], 0, /"\$schema": "http:\/\/json-schema\.org\/draft-07/],
    [['config', 'example'], 0, /"devices": \[/],
    [['config', 'dance'], 64, /"config dance" is not known/],
    [['config'], 64, /something is missing: schema \| example/],
    [['status', '--dance'], 64, /--dance[\s\S]*dialtone status/],
    [['-h'], 0, /healthcheck/],
    [['--version'], 0, new RegExp(`^${version}\n$`)],
    [['stauts'], 64, /unknown command "stauts"; did you mean "status"\?/],
    [['help', 'dance'], 64, /unknown command "dance"/],
    [['dance'], 64, /unknown command "dance"[\s\S]*dialtone validate/],
    [['--dance'], 64, /--dance[\s\S]*dialtone validate/],
    [['validate', 'a.json', 'b.json'], 64, /"b\.json" is one argument too many[\s\S]*dialtone validate/],
    [['serve', 'my-devices.json'], 64, /"my-devices\.json" is one argument too many/],
  ];

  it('explains itself, and refuses what it does not know with 64', async () => {
    const results = await Promise.all(cases.map(([args]) => run(args)));
    for (const [index, [args, code, text]] of cases.entries()) {
      const { code: found, out, err } = results[index] ?? { out: '', err: '' };
      expect(found, args.join(' ')).toBe(code);
      expect(code === 0 ? out : err).toMatch(text);
      expect(code === 0 ? err : out).toBe('');
    }
  });
});

/** Starts the backend on simulated devices and waits until all lines are up. */
async function serve(
  protocols: readonly ('realtime' | 'pcm')[],
  env: Readonly<Record<string, string>> = QUICK,
  nodeArgs: readonly string[] = [],
) {
  const events: SimEvent[] = [];
  const onEvent = (event: SimEvent) => events.push(event);
  const devices = await Promise.all(
    protocols.map((protocol, index) => simDevice({ name: `device-${index}`, protocol, onEvent })),
  );
  const entries = devices.map(({ name, port }, index) => ({ ...entry(name, port), protocol: protocols[index] }));
  const program = startProgram([], { cwd: folderWith({ devices: entries }), env, nodeArgs });
  const [, port = ''] = await program.printed(/http:\/\/127\.0\.0\.1:(\d+)/);
  await Promise.all(devices.map((device) => device.waitForConnection({ timeoutMs: 60_000 })));
  const closeCodes = () => events.flatMap((event) => (event.type === 'disconnected' ? [event.code] : []));
  return { program, port, devices, closeCodes };
}

/** Sends the program a signal and returns its exit code. 0: it has ended before its own limit of 8 s. */
function end(program: Program, signal: NodeJS.Signals): Program['ended'] {
  program.child.kill(signal);
  return program.ended;
}

describe('a running backend', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says goodbye with 1001 on %s and ends with 0', async (signal) => {
    const { program, closeCodes } = await serve(['realtime', 'pcm']);
    expect(await end(program, signal)).toBe(0);
    await expect.poll(closeCodes).toEqual([1001, 1001]);
    expect(program.err()).toBe('');
    const lines = program.out().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).toContain('process.shutdown');
    expect(program.out()).not.toContain('CANARY');
  });

  it('ends with 0 in bounded time although a device does not answer any more', async () => {
    const { program, devices } = await serve(['realtime', 'pcm']);
    devices[0]?.freeze();
    expect(await end(program, 'SIGTERM')).toBe(0);
  });

  it('ends at once when it is told to a second time', async () => {
    const { program, devices } = await serve(['realtime']);
    devices[0]?.freeze();
    program.child.kill('SIGTERM');
    await program.printed(/"event":"process\.shutdown"/);
    // With the first signal alone it ends with 0, as above.
    expect(await end(program, 'SIGTERM')).toBe(1);
  });

  it.each([
    ['throws in a timer', 'setTimeout(() => { throw new Error("a planted defect"); })', 'process.uncaught'],
    ['rejects a promise', 'Promise.reject(new Error("a planted defect"))', 'process.rejection'],
  ])('says goodbye with 1001 and ends with 70 when something of its own %s', async (_, defect, event) => {
    const module = join(temporaryFolder(), 'defect.mjs');
    writeFileSync(module, `process.on('SIGUSR2', () => { ${defect}; });`);
    const { program, closeCodes } = await serve(['realtime', 'pcm'], QUICK, ['--import', module]);
    program.child.kill('SIGUSR2');
    expect(await program.ended).toBe(70);
    await expect.poll(closeCodes).toEqual([1001, 1001]);
    const lines = program.out().trim().split('\n');
    const told = lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);
    expect(told).toEqual([
      expect.objectContaining({
        level: 'fatal',
        err: expect.objectContaining({
          message: 'a planted defect',
          stack: expect.stringMatching(/a planted defect\n {4}at .*defect\.mjs/),
        }),
      }),
    ]);
    expect(program.err()).toBe('');
  });

  it('ends with 70 in bounded time after a defect although a device does not answer any more', async () => {
    const module = join(temporaryFolder(), 'defect.mjs');
    writeFileSync(module, `process.on('SIGUSR2', () => setInterval(() => { throw new Error('again'); }, 50));`);
    const { program, devices } = await serve(['realtime', 'pcm'], QUICK, ['--import', module]);
    devices[0]?.freeze();
    program.child.kill('SIGUSR2');
    expect(await program.ended).toBe(70);
    const told = program
      .out()
      .split('\n')
      .filter((line) => line.includes('process.uncaught'));
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThanOrEqual(20);
  });

  it('logs JSON into a pipe, and lines for people where LOG_FORMAT says so', async () => {
    const { program } = await serve(['realtime'], { ...QUICK, LOG_FORMAT: 'text' });
    await program.printed(/^\d\d:\d\d:\d\d\.\d\d\d INFO {2}REST API ready event=http\.listening url=/m);
    expect(program.out()).not.toContain('{"level"');
    expect(program.out()).not.toContain('\u001b');
    expect(await end(program, 'SIGTERM')).toBe(0);
  });

  it('reads devices.json again on SIGHUP', async () => {
    const { program } = await serve(['realtime']);
    program.child.kill('SIGHUP');
    await program.printed(/"event":"config\.reloaded".*"trigger":"signal"/);
    expect(await end(program, 'SIGTERM')).toBe(0);
  });

  it('ends with 0 when it is told to while it is still starting, and has dialled no device', async () => {
    const device = await listener();
    const cwd = folderWith({ devices: [entry('hall', device.port)] });
    const program = startProgram([], { cwd, env: { PORT: '0' } });
    await program.printed(/"event":"engine\.chosen"/);
    expect(await end(program, 'SIGTERM')).toBe(0);
    expect(device.connections()).toBe(0);
  });

  it('is well for the health check while it runs, and not after', async () => {
    const { program, port } = await serve([]);
    const env = { PORT: port };
    expect(await run(['healthcheck'], { env })).toEqual({ code: 0, out: '', err: '' });
    expect(await run(['healthcheck'], { env: { ...env, HOST: '0.0.0.0' } })).toMatchObject({ code: 0 });
    await end(program, 'SIGTERM');
    const gone = await run(['healthcheck'], { env });
    expect(gone.code).toBe(1);
    expect(gone.err).toContain(`127.0.0.1:${port}`);
  });
});
