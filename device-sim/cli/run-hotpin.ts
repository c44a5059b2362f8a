import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { HotpinDevice } from '../protocols/hotpin/hotpin-device.ts';
import type { HotpinCliOptions } from './hotpin-options.ts';
import { speechAt16kHz } from './speech-at-16khz.ts';
import { openWrittenSpeaker } from './written-speaker.ts';

/** A question follows when the answer to the last one has been over for so long, milliseconds. */
const PAUSE_MS = 1_000;

/** Runs one pin until `stopped`. Throws what keeps it from dialling. */
export async function runHotpin(
  { name, questions, photo, token, speaker, ...options }: HotpinCliOptions,
  stopped: Promise<void>,
  print: (line: string) => void,
): Promise<void> {
  const speeches = await Promise.all(questions.map(speechAt16kHz));
  const picture = photo === undefined ? undefined : await readFile(photo);
  const written = openWrittenSpeaker(speaker, 16_000);
  const pin = new HotpinDevice({
    ...options,
    ...(token === undefined ? {} : { token }),
    onSound: written?.play,
    onChange: (state) => print(`${name}: ${state}`),
    onText: (message) => {
      const line = describe(message);
      if (line !== undefined) print(`${name}: ${line}`);
    },
  });
  await pin.connect();
  print(`${name} is connected to ${options.url} (session ${pin.session})`);
  const asked = ask(pin, speeches, picture, (line) => print(`${name}: ${line}`)).then(
    () => new Promise<never>(() => {}),
  );
  await Promise.race([stopped, asked]);
  pin.off();
  written?.close();
  for (const problem of pin.problems) print(`${name}: ${problem}`);
}

async function ask(
  pin: HotpinDevice,
  speeches: readonly Int16Array[],
  picture: Buffer | undefined,
  print: (line: string) => void,
): Promise<void> {
  if (picture) {
    const response = await pin.showPicture(picture);
    print(`picture: HTTP ${response.status} ${await response.text()}`);
  }
  for (const samples of speeches) {
    await pin.record(samples);
    while (pin.state !== 'idle') await pause(100);
    print(`played ${(pin.playedMs / 1000).toFixed(1)} s so far`);
    await pause(PAUSE_MS);
  }
}

function describe(message: Readonly<Record<string, unknown>>): string | undefined {
  switch (message.type) {
    case 'transcript':
      return `heard: ${String(message.text)}`;
    case 'llm':
      return message.final === true ? `says: ${String(message.text)}` : undefined;
    case 'ready':
    case 'ack':
    case 'partial':
    case 'pong':
    case 'tts_chunk_meta':
      return undefined;
    default:
      return JSON.stringify(message);
  }
}
