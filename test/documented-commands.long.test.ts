import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '#src/cli/commands';
import { CATALOGUE } from '#src/models/catalogue';
import { parseSettings } from '#src/settings';
import { parseCli } from '../device-sim/cli/cli-options.ts';
import { parseFleet } from '../device-sim/cli/fleet-options.ts';
import { isHotpin, parseHotpin } from '../device-sim/cli/hotpin-options.ts';
import { isPcmDialler, parsePcmDialler } from '../device-sim/cli/pcm-options.ts';
import { isWebRtc, parseWebRtc } from '../device-sim/cli/webrtc-options.ts';
import { isXiaozhi, parseXiaozhi } from '../device-sim/cli/xiaozhi-options.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { type DocumentedCommand, documentedCommands } from './support/docs/documented-commands.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

// Every command in the documents is one that works: what it names exists, its settings are understood, and a request over
// REST gets an answer from a backend. That the programs then do what they should is tested where they are.

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(at('package.json'), 'utf8')).scripts;

/** What this test does not try, and what it would need. */
const NEEDS: readonly (readonly [beginning: string, what: string])[] = [
  ['ollama ', 'Ollama'],
  ['docker run ', 'Docker'],
  ['docker buildx ', 'Docker'],
  ['curl -X POST localhost:8001/', 'a server of speaches'],
  ['arecord ', 'a microphone'],
  ['scp ', 'a second machine'],
  ['ssh ', 'a second machine'],
  ['sudo ', 'root'],
];

/** Commands of the shell that make files. */
const SHELL = ['cp', 'mkdir'];

function checkNpm({ words, text }: DocumentedCommand): void {
  const [, verb = '', ...rest] = words;
  if (verb === 'ci') return;
  const name = verb === 'run' ? (rest[0] ?? '') : verb;
  expect(Object.keys(scripts), text).toContain(name);
  const args = words.includes('--') ? words.slice(words.indexOf('--') + 1) : [];
  if (name === 'start' && args[0] !== undefined)
    expect(
      COMMANDS.map((command) => command.name),
      text,
    ).toContain(args[0]);
  if (name === 'device-sim') expect(parseSimulator(args), text).toBeDefined();
  if (name === 'models') checkModels(args, text);
}

function parseSimulator(args: readonly string[]): unknown {
  // Drawn by device-sim/main.long.test.ts.
  if (args[0] === 'waveform') return args;
  if (args.includes('--fleet')) return parseFleet(args);
  const mic = args.includes('--mic') ? args[args.indexOf('--mic') + 1] : undefined;
  if (mic !== undefined) expect(existsSync(at(mic)), mic).toBe(true);
  if (isHotpin(args)) return parseHotpin(args);
  if (isPcmDialler(args)) return parsePcmDialler(args);
  if (isWebRtc(args)) return parseWebRtc(args, {});
  return isXiaozhi(args) ? parseXiaozhi(args) : parseCli(args);
}

function checkModels([action = '', model]: readonly string[], text: string): void {
  expect(['list', 'install', 'verify', 'remove'], text).toContain(action);
  if (model !== undefined)
    expect(
      CATALOGUE.map(({ name }) => name),
      text,
    ).toContain(model);
}

function profilesOf(file: string): string[] {
  const { services } = parse(readFileSync(at(file), 'utf8'), { merge: true });
  return Object.values<{ profiles?: string[] }>(services).flatMap((service) => service.profiles ?? []);
}

function checkCompose({ words, text }: DocumentedCommand): void {
  const file = words[words.indexOf('-f') + 1] ?? '';
  expect(existsSync(at(file)), text).toBe(true);
  const profiles = profilesOf(file);
  const wanted = words.flatMap((word, index) => (word === '--profile' ? [words[index + 1]] : []));
  for (const profile of wanted) expect(profiles, text).toContain(profile);
  if (words.includes('models')) checkModels(words.slice(words.indexOf('models') + 1), text);
}

it('every command in the documents is one that works', () => {
  const commands = documentedCommands();
  expect(commands.length).toBeGreaterThan(50);
  for (const command of commands) {
    const { words, env, text } = command;
    // A key is shown as dots.
    const given = Object.entries(env).map(([name, value]) => [name, value.replace('…', 'x')]);
    expect(() => parseSettings(Object.fromEntries(given)), text).not.toThrow();
    for (const name of Object.keys(env))
      expect(readFileSync(at('docs/CONFIGURATION.md'), 'utf8'), text).toContain(`\`${name}\``);
    const [program] = words;
    if (NEEDS.some(([beginning]) => text.startsWith(beginning)) || program === undefined) continue;
    if (program === 'npm') checkNpm(command);
    else if (program === 'docker') checkCompose(command);
    else if (program === './start_autoconnect.sh') {
      // test/deploy.test.ts executes it.
      expect(['--help', ...profilesOf('docker-compose.autoconnect.yml')], text).toEqual(
        expect.arrayContaining(words.slice(1)),
      );
    } else if (program === 'curl') expect(text).toMatch(/ localhost:8000\//);
    else expect(SHELL, `${text}: what would this need, or which test executes it?`).toContain(program);
  }
  const unused = NEEDS.filter(([beginning]) => !commands.some(({ text }) => text.startsWith(beginning)));
  expect(unused).toEqual([]);
});

it('every curl to the backend is answered', async () => {
  const time = new VirtualTime();
  const devices = await Promise.all(
    (['kitchen', 'robot'] as const).map((name) =>
      simDevice({ name, protocol: name === 'robot' ? 'pcm' : 'realtime', clock: time.clock }),
    ),
  );
  const commands = [
    {
      name: 'set_led_color',
      description: 'Sets the color of the light.',
      parameters: { type: 'object', properties: { color: { type: 'string' } } },
    },
    {
      name: 'reboot',
      description: 'Starts the device again.',
      parameters: { type: 'object', properties: { delay: { type: 'number' } } },
    },
  ];
  const { app } = await startBackend(devices, { time, entries: { robot: { commands } } });
  await time.during(Promise.all(devices.map((device) => device.waitForConnection())));
  const curls = documentedCommands().filter(
    ({ words, text }) => words[0] === 'curl' && text.includes('localhost:8000'),
  );
  expect(curls.length).toBeGreaterThan(5);
  for (const { words, text } of curls) {
    const json = words.includes('--json') ? words[words.indexOf('--json') + 1] : undefined;
    const file = words.includes('--data-binary') ? words[words.indexOf('--data-binary') + 1]?.slice(1) : undefined;
    const body = file === undefined ? json : readFileSync(at(file));
    const method = words.includes('-X') ? words[words.indexOf('-X') + 1] : body === undefined ? 'GET' : 'POST';
    const url = words.find((word) => word.startsWith('localhost:8000'))?.replace('localhost:8000', app.url) ?? '';
    const headers = { 'content-type': file === undefined ? 'application/json' : 'audio/wav' };
    const asked = fetch(url, { method: method ?? 'GET', ...(body === undefined ? {} : { body, headers }) });
    const response = await time.during(asked);
    const answer = await time.during(response.text());
    // A device that was reconnected is away for a moment.
    if (response.status === 409) expect(answer, text).toContain('not_connected');
    else expect(response.ok, `${text}: ${response.status} ${answer}`).toBe(true);
  }
});
