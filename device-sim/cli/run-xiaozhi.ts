import { setTimeout as pause } from 'node:timers/promises';
import { PLAY_RATE, XiaozhiDevice } from '../protocols/xiaozhi/xiaozhi-device.ts';
import { speechAt16kHz } from './speech-at-16khz.ts';
import { openWrittenSpeaker } from './written-speaker.ts';
import type { XiaozhiCliOptions } from './xiaozhi-options.ts';

/** What wakes it. The microphone hears no wake word: the user of the command line says nothing but the questions. */
const WAKE_WORD = 'Jarvis';

/** A question follows when the answer to the last one has been over for so long, milliseconds. */
const PAUSE_MS = 1_000;

/** Runs one xiaozhi device until `stopped`. Throws what keeps it from dialling. */
export async function runXiaozhi(
  { name, questions, kind, speaker, ...options }: XiaozhiCliOptions,
  stopped: Promise<void>,
  print: (line: string) => void,
): Promise<void> {
  const speeches = await Promise.all(questions.map(speechAt16kHz));
  const { token, ...rest } = options;
  const written = openWrittenSpeaker(speaker, PLAY_RATE);
  const device = new XiaozhiDevice({
    ...rest,
    kind,
    ...(token === undefined ? {} : { token }),
    onSound: written?.play,
    onChange: (state) => print(`${name}: ${state}`),
    onText: (message) => {
      const line = describe(message);
      if (line !== undefined) print(`${name}: ${line}`);
    },
  });
  await device.connect();
  print(`${name} is connected to ${options.url} (${kind}, version ${options.version})`);
  const asked = ask(device, speeches).then(() => new Promise<never>(() => {}));
  await Promise.race([stopped, asked]);
  device.off();
  written?.close();
  for (const problem of device.problems) print(`${name}: ${problem}`);
}

async function ask(device: XiaozhiDevice, speeches: readonly Int16Array[]): Promise<void> {
  for (const samples of speeches) {
    if (device.state !== 'listening') await device.wake(WAKE_WORD);
    const before = device.of('tts').filter(({ state }) => state === 'stop').length;
    await device.say(samples);
    while (device.of('tts').filter(({ state }) => state === 'stop').length === before) await pause(100);
    await pause(PAUSE_MS);
  }
}

function describe({ type, state, text, emotion, payload }: Readonly<Record<string, unknown>>): string | undefined {
  switch (type) {
    case 'stt':
      return `heard: ${String(text)}`;
    case 'llm':
      return `face: ${String(emotion)}`;
    case 'tts':
      return state === 'sentence_start' ? `says: ${String(text)}` : undefined;
    case 'mcp': {
      const { method, params } = (payload ?? {}) as { method?: unknown; params?: unknown };
      return method === 'tools/call' ? `is told: ${JSON.stringify(params)}` : undefined;
    }
    default:
      return undefined;
  }
}
