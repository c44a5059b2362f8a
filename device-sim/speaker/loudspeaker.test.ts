import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseWav } from '#src/audio/wav';
import { ManualClock } from '#src/core/manual-clock';
import { WavRecorder } from '../recording/wav-recorder.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { SoundMemory } from './sound-memory.ts';

const RATE = 16_000;
const samples = (ms: number, value = 1000): Int16Array => new Int16Array((ms * RATE) / 1000).fill(value);

describe('loudspeaker', () => {
  let clock: ManualClock;
  let speaker: Loudspeaker;

  beforeEach(() => {
    clock = new ManualClock();
    speaker = new Loudspeaker({ clock, sampleRate: RATE, maxQueueMs: 1000 });
  });

  it('queues what arrives behind what sounds, and says how far it ran ahead', () => {
    for (let i = 0; i < 4; i++) speaker.play(samples(80), 80);
    expect(speaker.aheadMs).toBe(320);
    clock.advance(80);
    speaker.play(samples(80), 80);
    expect(speaker.aheadMs).toBe(320);
    expect(speaker.maxAheadMs).toBe(320);
    expect(speaker.playedMs).toBe(80);
    clock.advance(100);
    expect(speaker.playedMs).toBe(180);
    clock.advance(1000);
    expect(speaker.playedMs).toBe(400);
    expect(speaker.aheadMs).toBe(0);
  });

  it('counts a gap in an answer as an underrun, and one between answers not', () => {
    speaker.beginReply();
    speaker.play(samples(80), 80);
    clock.advance(130);
    speaker.play(samples(80), 80);
    expect([speaker.underruns, speaker.underrunMs]).toEqual([1, 50]);
    speaker.endReply();
    clock.advance(500);
    speaker.beginReply();
    clock.advance(500);
    speaker.play(samples(80), 80);
    expect(speaker.underruns).toBe(1);
  });

  it('knows a piece that came behind the pace of the one before', () => {
    speaker.beginReply();
    for (const gapMs of [0, 0, 80, 105, 106, 40]) {
      clock.advance(gapMs);
      speaker.play(samples(80), 80);
    }
    expect([speaker.frames.late, speaker.underruns]).toEqual([1, 0]);
  });

  it('drops what its queue has no room for', () => {
    for (let i = 0; i < 13; i++) speaker.play(undefined, 80);
    expect(speaker.aheadMs).toBe(960);
    expect(speaker.droppedMs).toBe(80);
  });

  it('tells once an answer that it has no room', () => {
    let told = 0;
    speaker = new Loudspeaker({ clock, sampleRate: RATE, maxQueueMs: 100, onOverrun: () => told++ });
    for (let answer = 1; answer <= 2; answer++) {
      speaker.beginReply();
      for (let i = 0; i < 4; i++) speaker.play(samples(80), 80);
      expect([told, speaker.overruns]).toEqual([answer, answer]);
      clock.advance(500);
    }
    expect(speaker.frames).toEqual({ played: 2, dropped: 6, flushed: 0, late: 0 });
  });

  it('swallows the beginning of what it plays after it was quiet, and nothing else', () => {
    const ear = new SoundMemory(RATE);
    speaker = new Loudspeaker({ clock, sampleRate: RATE, maxQueueMs: 1000, swallowMs: 100, ears: [ear] });
    const startMs = clock.now();
    for (let i = 0; i < 3; i++) speaker.play(samples(80), 80);
    clock.advance(740);
    speaker.play(samples(80), 80);
    const heard = samples(820);
    ear.read(startMs, heard);
    const firstSound = heard.findIndex((sample) => sample !== 0);
    expect(firstSound).toBe((100 * RATE) / 1000);
    expect(heard[(740 * RATE) / 1000]).toBe(1000);
    expect(speaker.playedMs).toBe(240);
  });

  it('falls silent at once when flushed', () => {
    speaker.play(samples(80), 80);
    speaker.play(samples(80), 80);
    clock.advance(100);
    expect(speaker.flush()).toBe(60);
    expect(speaker.aheadMs).toBe(0);
    expect(speaker.playedMs).toBe(100);
    expect(speaker.flushedMs).toBe(60);
    speaker.play(samples(80), 80);
    expect(speaker.aheadMs).toBe(80);
  });

  it('is idle when all has sounded, also what came meanwhile', async () => {
    let idle = false;
    speaker.play(undefined, 80);
    const done = speaker.idle().then(() => {
      idle = true;
    });
    clock.advance(40);
    speaker.play(undefined, 80);
    clock.advance(40);
    await Promise.resolve();
    expect(idle).toBe(false);
    await new Promise(setImmediate);
    clock.advance(80);
    await done;
    expect(clock.now()).toBe(160);
  });

  it('needs no timer', () => {
    speaker.play(samples(80), 80);
    expect(clock.pending).toBe(0);
  });
});

describe('the recording of a loudspeaker', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dialtone-speaker-'));
    path = join(folder, 'out.wav');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const playTwo = (gaps: 'shortened' | 'real'): Int16Array => {
    const clock = new ManualClock();
    const recorder = new WavRecorder(path, RATE, gaps);
    const speaker = new Loudspeaker({ clock, sampleRate: RATE, maxQueueMs: 1000, recorders: [recorder] });
    speaker.start();
    speaker.play(samples(100), 100);
    speaker.play(samples(100), 100);
    clock.advance(150);
    speaker.flush();
    clock.advance(2000);
    speaker.play(samples(100), 100);
    clock.advance(60);
    speaker.stop();
    const wav = parseWav(readFileSync(path));
    expect(wav.sampleRate).toBe(RATE);
    return wav.samples;
  };
  const ms = (value: number): number => (value * RATE) / 1000;

  it('holds what really sounded, with shortened gaps', () => {
    const wav = playTwo('shortened');
    expect(wav.length).toBe(ms(150 + 500 + 60));
    expect(wav[ms(150) - 1]).toBe(1000);
    expect(wav[ms(150)]).toBe(0);
    expect(wav[ms(650)]).toBe(1000);
  });

  it('holds gaps as long as they were when asked to', () => {
    expect(playTwo('real').length).toBe(ms(150 + 2000 + 60));
  });

  it('can be read before it is closed, and goes on after a restart', () => {
    const recorder = new WavRecorder(path, RATE, 'shortened');
    recorder.open();
    recorder.write(samples(1200), 0);
    expect(parseWav(readFileSync(path)).samples.length).toBe(ms(1200));
    recorder.write(samples(10), 1200);
    recorder.close();
    recorder.open();
    recorder.write(samples(10), 1210);
    recorder.close();
    expect(parseWav(readFileSync(path)).samples.length).toBe(ms(1220));
  });
});
