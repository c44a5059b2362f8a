import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeWav } from '#src/audio/wav';
import { ConversationRecorder } from './conversation-recorder.ts';
import { parseStereoWav } from './stereo-wav.ts';

const RATE = 16_000;
const ms = (count: number): number => (count * RATE) / 1000;
const sound = (lengthMs: number, value: number): Int16Array => new Int16Array(ms(lengthMs)).fill(value);

describe('a recording of both sides', () => {
  let folder: string;
  let path: string;
  let recorder: ConversationRecorder;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dialtone-both-'));
    path = join(folder, 'both.wav');
    recorder = new ConversationRecorder(path, RATE);
    recorder.mic.open();
    recorder.speaker.open();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = () => {
    recorder.mic.close();
    recorder.speaker.close();
    return parseStereoWav(readFileSync(path));
  };

  it('puts each side at its own time, whichever is written first', () => {
    recorder.mic.write(sound(100, 1000), 5_000);
    recorder.mic.write(sound(100, 1000), 5_100);
    recorder.speaker.write(sound(100, 2000), 5_050);
    const { mic, speaker, sampleRate } = read();
    expect(sampleRate).toBe(RATE);
    expect([mic.length, speaker.length]).toEqual([ms(200), ms(200)]);
    expect(mic.every((sample) => sample === 1000)).toBe(true);
    const loud = [...speaker.keys()].filter((index) => speaker[index] === 2000);
    expect([loud[0], loud.length]).toEqual([ms(50), ms(100)]);
  });

  it('keeps the time of a long silence, and cuts an endless one', () => {
    recorder.mic.write(sound(100, 1), 0);
    recorder.speaker.write(sound(100, 2), 60_000);
    recorder.mic.write(sound(100, 3), 3_600_000);
    const { mic, speaker } = read();
    expect(speaker.indexOf(2)).toBe(ms(60_000));
    expect(mic.indexOf(3)).toBe(ms(60_100 + 600_000));
    expect(mic.length).toBe(ms(60_200 + 600_000));
    expect(mic.filter((sample) => sample !== 0).length).toBe(ms(200));
  });

  it('goes on in the same file after a restart', () => {
    recorder.mic.write(sound(10, 1), 0);
    read();
    recorder.mic.open();
    recorder.mic.write(sound(10, 2), 100);
    const { mic } = read();
    expect([mic[0], mic.indexOf(2), mic.length]).toEqual([1, ms(100), ms(110)]);
  });

  it('is known from other WAV files', () => {
    expect(() => parseStereoWav(encodeWav(sound(10, 1), RATE))).toThrow('not a recording of both sides');
    expect(() => parseStereoWav(new Uint8Array(3))).toThrow('not a recording of both sides');
  });
});
