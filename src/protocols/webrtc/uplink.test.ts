import { describe, expect, it } from 'vitest';
import { loadOpusCodec } from '../../audio/opus/opus-codec.ts';
import { rms, tone } from '../../audio/pcm.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { writeRtp } from '../../transport/webrtc/rtp-packet.ts';
import { newMediaCounters } from './media-counters.ts';
import { Uplink } from './uplink.ts';

const codec = await loadOpusCodec();
const FRAMES = 50;

/** A second of a tone, as a device would send it. */
async function packets(options: { application?: 'voip'; lossPercent?: number } = {}): Promise<Uint8Array[]> {
  const encoder = await codec.createEncoder({ sampleRate: 16_000, frameMs: 20, ...options });
  const samples = tone({ hz: 300, ms: FRAMES * 20, sampleRate: 16_000, amplitude: 0.5 });
  const list = Array.from({ length: FRAMES }, (_, at) => encoder.encode(samples.subarray(at * 320, (at + 1) * 320)));
  encoder.free();
  return list;
}

async function open() {
  const clock = new ManualClock();
  const counters = newMediaCounters();
  const pieces: Int16Array[] = [];
  const drops: string[] = [];
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const listener = {
    audio: (samples: Int16Array) => void pieces.push(samples.slice()),
    event: (event: { type: string; reason?: string }) => void drops.push(event.reason ?? event.type),
  };
  const uplink = new Uplink(decoder, listener, clock, counters);
  const send = (sequence: number, payload: Uint8Array, timestamp = sequence * 960) =>
    uplink.receive(writeRtp({ sequence, timestamp: timestamp >>> 0, ssrc: 1, marker: false, payload }));
  const heardMs = () => pieces.reduce((sum, { length }) => sum + length, 0) / 16;
  return { clock, counters, drops, heardMs, pieces, send, uplink };
}

const all = await packets();
const opus = (at: number) => all[at % FRAMES] ?? new Uint8Array();

describe('the microphone over RTP', () => {
  it('is heard whole, in order, without delay', async () => {
    const { clock, counters, heardMs, send } = await open();
    for (let at = 0; at < FRAMES; at++) {
      send(at, opus(at));
      expect(heardMs()).toBe((at + 1) * 20);
      clock.advance(20);
    }
    expect(counters).toMatchObject({ framesForwarded: FRAMES, lost: 0, concealed: 0 });
  });

  it('what is lost is made up, so that nothing is shorter', async () => {
    const { clock, counters, heardMs, pieces, send } = await open();
    for (let at = 0; at < FRAMES; at++) {
      if (at !== 20 && at !== 30 && at !== 31) send(at, opus(at));
      clock.advance(20);
    }
    expect(heardMs()).toBe(FRAMES * 20);
    expect(counters).toMatchObject({ lost: 3, concealed: 3, framesForwarded: FRAMES - 3 });
    // Made up of a tone is a tone: no hole is heard.
    for (const piece of pieces.slice(5)) expect(rms(piece)).toBeGreaterThan(0.2);
  });

  it('a lost packet is taken from the one behind it, where that carries it', async () => {
    const list = await packets({ application: 'voip', lossPercent: 20 });
    const { clock, counters, pieces, send } = await open();
    for (const [at, payload] of list.entries()) {
      if (at !== 25) send(at, payload);
      clock.advance(20);
    }
    expect(counters).toMatchObject({ lost: 1, concealed: 1 });
    expect(rms(pieces[25] ?? new Int16Array())).toBeGreaterThan(0.2);
  });

  it('a long hole is silence for the most part', async () => {
    const { clock, counters, heardMs, pieces, send } = await open();
    for (let at = 0; at < FRAMES; at++) {
      if (at < 10 || at >= 40) send(at, opus(at));
      clock.advance(10);
    }
    clock.advance(300);
    expect(heardMs()).toBe(FRAMES * 20);
    expect(counters).toMatchObject({ lost: 30, concealed: 5 });
    expect(pieces.filter((piece) => rms(piece) === 0).length).toBeGreaterThanOrEqual(5);
  });

  it('where the device sends nothing there is silence: by its timestamps, and by time while nothing comes', async () => {
    const { clock, counters, heardMs, send } = await open();
    send(0, opus(0), 0);
    clock.advance(300);
    expect(heardMs()).toBe(20);
    // 15 frames of pause, and not a packet lost.
    send(1, opus(1), 16 * 960);
    expect(heardMs()).toBe(17 * 20);
    clock.advance(1_000);
    expect(heardMs()).toBeGreaterThan(17 * 20 + 900);
    // Nothing twice: what was told by time is no part of the pause any more.
    send(2, opus(2), (17 + 60) * 960);
    expect(heardMs()).toBe((17 + 60 + 1) * 20);
    clock.advance(60_000);
    expect(heardMs()).toBe((17 + 60 + 1) * 20 + 5_000);
    expect(clock.pending).toBe(0);
    expect(counters).toMatchObject({ lost: 0, concealed: 0 });
  });

  it('timestamps may wrap around, jump back, and begin anew', async () => {
    const { heardMs, send } = await open();
    send(0, opus(0), 2 ** 32 - 960);
    send(1, opus(1), 0);
    expect(heardMs()).toBe(40);
    send(2, opus(2), 2 ** 31 + 5);
    send(3, opus(3), 17);
    expect(heardMs()).toBe(80);
  });

  it('what is no packet, and what is no Opus, is dropped and counted', async () => {
    const { drops, heardMs, send, uplink } = await open();
    uplink.receive(new Uint8Array());
    uplink.receive(new Uint8Array(8));
    send(0, new Uint8Array());
    send(1, Uint8Array.of(3));
    send(2, opus(0));
    expect(drops).toEqual(['bad_frame', 'bad_frame', 'bad_opus', 'bad_opus']);
    expect(heardMs()).toBe(20);
  });

  it('after its end nothing is heard, and no timer is left', async () => {
    const { clock, heardMs, send, uplink } = await open();
    send(0, opus(0));
    send(2, opus(2));
    uplink.close();
    uplink.close();
    send(3, opus(3));
    clock.advance(5_000);
    expect(heardMs()).toBe(20);
    expect(clock.pending).toBe(0);
  });
});
