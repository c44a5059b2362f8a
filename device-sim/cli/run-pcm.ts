import { setTimeout as pause } from 'node:timers/promises';
import { PcmDialler, type PcmText } from '../protocols/pcm/pcm-dialler.ts';
import type { PcmCliOptions } from './pcm-options.ts';
import { speechAt16kHz } from './speech-at-16khz.ts';
import { openWrittenSpeaker } from './written-speaker.ts';

/** A question follows when the device has been silent for so long after an answer, milliseconds. */
const PAUSE_MS = 1_500;

/** A question that is not answered within this time is followed by the next one, milliseconds. */
const PATIENCE_MS = 15_000;

/** Runs one pcm device that dials until `stopped`. Throws what keeps it from dialling. */
export async function runPcm(
  { name, questions, url, id, token, speaker }: PcmCliOptions,
  stopped: Promise<void>,
  print: (line: string) => void,
): Promise<void> {
  const speeches = await Promise.all(questions.map(speechAt16kHz));
  const written = openWrittenSpeaker(speaker, 16_000);
  const device = new PcmDialler({
    url,
    id,
    ...(token === undefined ? {} : { token }),
    onSound: written?.play,
    onText: (message) => print(`${name}: ${describe(message)}`),
    onLink: (isUp) => print(isUp ? `${name} is connected to ${url} as ${id}` : `${name} has lost its link`),
  });
  await device.connect();
  const asked = ask(device, speeches).then(() => new Promise<never>(() => {}));
  await Promise.race([stopped, asked]);
  device.off();
  written?.close();
  print(`${name}: ${(device.soundMs / 1_000).toFixed(1)} s sounded, ${device.overflowedMs} ms found no room`);
  for (const problem of device.problems) print(`${name}: ${problem}`);
}

async function ask(device: PcmDialler, speeches: readonly Int16Array[]): Promise<void> {
  for (const samples of speeches) {
    const before = device.soundMs;
    await device.say(samples);
    for (let waitedMs = 0; device.soundMs === before && waitedMs < PATIENCE_MS; waitedMs += 100) await pause(100);
    for (let quietMs = 0; quietMs < PAUSE_MS; quietMs = device.isSounding ? 0 : quietMs + 100) await pause(100);
  }
}

function describe({ type, payload }: PcmText): string {
  if (type === 'server_command') return `is told: ${JSON.stringify(payload)}`;
  return `listening ${payload.listening === true ? 'on' : 'off'}, speaking ${payload.speaking === true ? 'on' : 'off'}`;
}
