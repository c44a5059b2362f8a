import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onceNpmIsGone } from '#src/cli/npm-gone';
import { CATALOGUE } from '#src/models/catalogue';
import { installedModel } from '#src/models/find-model';
import { defaultModelsDir } from '#src/models/models-dir';
import { parseSettings } from '#src/settings';
import { type BackendProcess, startBackend } from '../backend/backend-process.ts';
import { describeLogLine } from '../backend/backend-view.ts';
import { messageOf } from '../cli/message-of.ts';
import { startSimDevice } from '../device/sim-device.ts';
import { PageCard } from '../web/page-card.ts';
import { startPageServer } from '../web/page-server.ts';
import { tellPage } from '../web/tell-page.ts';
import { type InstalledModels, offeredEngines } from './offered-engines.ts';

const HELP = `Talk with dialtone through a browser: starts the backend, a simulated device, and a page that is its microphone.

  npm run talk                    then open the address that it prints
  npm run talk -- --lan           phones and other machines in your network may talk too, over HTTPS
  npm run talk -- --port 8090     another port for the page (8080), 0 for any free one

It uses the engines that your environment offers: GROQ_API_KEY, OPENAI_API_KEY, installed models (npm run models -- list), or what
STT, LLM and TTS name.
`;

const DEVICE = 'browser';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, lan: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const ended = new Promise<number>((done) => {
    process.once('SIGINT', () => done(0));
    process.once('SIGTERM', () => done(0));
    onceNpmIsGone(() => done(0));
  });
  const card = new PageCard((isThere) => print(isThere ? 'a browser is here' : 'the browser has left'));
  const web = { host: values.lan ? '0.0.0.0' : '127.0.0.1', port: portOf(values.port ?? '8080') };
  const server = await startPageServer({ ...web, portOption: '--port', onPage: (socket) => card.accept(socket) });
  const device = await startSimDevice({
    name: DEVICE,
    sound: { card },
    messageLog: 0,
    onEvent: (event) => tellPage(card, event),
  });
  card.tell({ type: 'device', name: DEVICE, connected: false });
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-talk-'));
  try {
    const backend = await startTheBackend(device.port, folder);
    await device.waitForConnection();
    print(`\nOpen ${server.urls.join(' or ')} and press the button. Ctrl-C ends it.\n`);
    const code = await Promise.race([ended, backend.exited.then(() => 1)]);
    await backend.stop();
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await device.stop();
    await server.close();
  }
}

async function startTheBackend(devicePort: number, folder: string): Promise<BackendProcess> {
  const { env, understandsPeople } = offeredEngines(process.env, installedModels());
  const config = join(folder, 'devices.json');
  // The user is at the page: a greeting or a question into the silence would come before the button is pressed.
  const entry = { name: DEVICE, host: '127.0.0.1', port: devicePort, greeting: false, long_silence: false };
  writeFileSync(config, JSON.stringify({ devices: [entry] }));
  const more = {
    REMOTE_DEVICES_CONFIG: config,
    ALLOW_LOOPBACK: 'true',
    HOST: '127.0.0.1',
    PORT: process.env.PORT ?? '0',
  };
  const backend = await startBackend({ ...env, ...more, LOG_LEVEL: 'debug' }, (line) => {
    const text = describeLogLine(line);
    if (text !== undefined) print(text);
  });
  print(understandsPeople ? 'It should understand you: speak as you would to a person.' : NOT_PEOPLE);
  return backend;
}

const NOT_PEOPLE = `
It does NOT understand people yet: the recogniser that comes with dialtone knows 210 words, and synthetic voices only. It
understands the recordings in assets/asr-demo-model/samples when you play them into your microphone. To be understood
yourself, set GROQ_API_KEY or OPENAI_API_KEY, or install a model once and start again:

  npm run models -- install sherpa-onnx-streaming-zipformer-en-kroko-2025-08-06     (57 MB, English; "list" shows others)`;

function installedModels(): InstalledModels {
  const where = { platform: process.platform, home: homedir(), env: process.env };
  const modelsDir = parseSettings(process.env).MODELS_DIR ?? defaultModelsDir(where);
  const names = (kind: 'stt' | 'tts') =>
    CATALOGUE.filter((model) => model.kind === kind && installedModel(model.name, modelsDir) !== undefined).map(
      ({ name }) => name,
    );
  return { stt: names('stt'), tts: names('tts') };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port takes a whole number from 0 to 65535, not "${text}".`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`talk: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
