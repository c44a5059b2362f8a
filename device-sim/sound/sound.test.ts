import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { concatSamples, int16ToPcmBytes, pcmBytesToInt16, rms, tone } from '#src/audio/pcm';
import { startSimDevice } from '../device/sim-device.ts';
import { RawBackend, until } from '../testing/raw-backend.ts';
import { CommandCard } from './command-card.ts';
import { findCard } from './find-card.ts';
import { SOUND_COMMANDS } from './sound-commands.ts';

const RATES = { mic: 16_000, speaker: 16_000 };
const ALSA = SOUND_COMMANDS.find(({ record }) => record.program === 'arecord');
const QUESTION = tone({ hz: 440, ms: 400, sampleRate: 16_000, amplitude: 0.5 });

let folder: string;
let path: string | undefined;

/** A program of that name, first on the PATH: `body` is what its shell does. */
function fake(program: string, body: string): void {
  writeFileSync(join(folder, program), `#!/bin/sh\nif [ "$1" = --help ]; then exit 0; fi\n${body}\n`);
  chmodSync(join(folder, program), 0o755);
}

const card = (): CommandCard => {
  if (!ALSA) throw new Error('no ALSA');
  return new CommandCard(ALSA, { input: 'hw:1', output: undefined });
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialtone-sound-'));
  path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  // 100 ms of quiet; and when the test wants it the question, with quiet around it.
  writeFileSync(join(folder, 'quiet.raw'), int16ToPcmBytes(new Int16Array(1600)));
  const heard = concatSamples([new Int16Array(8_000), QUESTION, new Int16Array(8_000)]);
  writeFileSync(join(folder, 'question.raw'), int16ToPcmBytes(heard));
  const wait = `while [ ! -e ${folder}/go ]; do sleep 0.05; done`;
  fake(
    'arecord',
    `echo "$@" >${folder}/arecord.args; cat ${folder}/quiet.raw; ${wait}; cat ${folder}/question.raw; exec sleep 600`,
  );
  fake('aplay', `exec cat >${folder}/played.raw`);
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

describe('a sound card through the programs of the system', () => {
  it('is the microphone and the loudspeaker of a device', async () => {
    const levels: number[] = [];
    let isSaying = false;
    const device = await startSimDevice({
      protocol: 'pcm',
      sound: { card: card(), onLevels: ({ mic }) => levels.push(mic) },
      onEvent: ({ type }) => {
        isSaying ||= type === 'saying';
      },
    });
    onTestFinished(() => device.stop());
    const args = readFileSync(join(folder, 'arecord.args'), 'utf8');
    expect(args).toContain('-f S16_LE -c 1 -r 16000');
    expect(args).toContain('-D hw:1');

    const backend = await RawBackend.dial(device.url, []);
    backend.socket.send(JSON.stringify({ type: 'server_status', payload: { listening: false, speaking: true } }));
    const answer = tone({ hz: 330, ms: 400, sampleRate: 16_000, amplitude: 0.5 });
    for (let at = 0; at < answer.length; at += 640) backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
    const played = () => pcmBytesToInt16(readFileSync(join(folder, 'played.raw'))).slice();
    // A sine is above 10,000 of 16,384 for three fifths of its time.
    await until(() => played().filter((sample) => Math.abs(sample) > 10_000).length > 0.55 * answer.length);

    // What `say` is given is mixed into what the microphone records: at its begin, in front of the question.
    const said = device.say({ name: 'a tone', samples: QUESTION, sampleRate: 16_000 });
    await until(() => isSaying);
    writeFileSync(join(folder, 'go'), '');
    expect((await said).durationMs).toBe(400);
    const loudMs = () => 40 * backend.binaries.filter((bytes) => rms(pcmBytesToInt16(bytes)) > 0.3).length;
    await until(() => loudMs() >= 720);
    expect(loudMs()).toBeLessThanOrEqual(800);
    expect(Math.max(...levels)).toBeGreaterThan(0.1);
    await backend.close();
  });

  it('that fails is opened again, and the device is told why', async () => {
    fake('arecord', `cat ${folder}/question.raw; exit 1`);
    const told: string[] = [];
    const device = await startSimDevice({
      protocol: 'pcm',
      sound: { card: card() },
      onEvent: (event) => event.type === 'fault' && told.push(event.text),
    });
    onTestFinished(() => device.stop());
    await until(() => told.length >= 1);
    expect(told[0]).toBe('the sound card failed: arecord ended');
  });
});

describe('the search for a sound card', () => {
  it('takes the first that works, and says of the others why not', async () => {
    fake('parec', 'echo "Connection failure: Connection refused" >&2; exit 1');
    fake('pacat', 'exec cat >/dev/null');
    const cards = SOUND_COMMANDS.slice(1).map(
      (commands) => new CommandCard(commands, { input: undefined, output: undefined }),
    );
    const { card: found, tried } = await findCard(cards, RATES);
    expect(found?.name).toBe('arecord and aplay');
    expect(tried).toEqual(['parec and pacat: parec ended with 1: Connection failure: Connection refused']);
  });

  it('finds none without any complaint but words', async () => {
    process.env.PATH = folder;
    fake('aplay', 'exit 1');
    rmSync(join(folder, 'arecord'));
    const cards = SOUND_COMMANDS.map((commands) => new CommandCard(commands, { input: undefined, output: undefined }));
    const { card: found, tried } = await findCard(cards, RATES);
    expect(found).toBeUndefined();
    expect(tried).toEqual([
      'pw-cat: pw-cat is not installed',
      'parec and pacat: parec is not installed',
      'arecord and aplay: arecord is not installed',
      'sox: sox is not installed',
    ]);
  });
});
