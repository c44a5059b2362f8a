import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { pcmBytesToInt16, rms, tone } from '#src/audio/pcm';
import { createResampler } from '#src/audio/resample';
import { ManualClock } from '#src/core/manual-clock';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import { resolveOptions } from '../device/settings.ts';
import { startSimDevice } from '../device/sim-device.ts';
import { createDeviceMic, type DeviceMic } from '../mic/device-mic.ts';
import { loadSpeech } from '../mic/speech.ts';
import { decodeOgg, RawBackend } from '../testing/raw-backend.ts';
import { Echo } from './echo.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { SoundMemory } from './sound-memory.ts';

const RATE = 16_000;
const ms = (value: number) => (value * RATE) / 1000;

/** White noise: like itself only where it is the same. */
function hiss(durationMs: number, sampleRate = RATE): Int16Array {
  let state = 7;
  return Int16Array.from({ length: (durationMs * sampleRate) / 1000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >> 18;
  });
}

/** Where in `heard` the first second of `sound` begins, samples, and at what part of its loudness: where the two go together best. */
function findEcho(sound: Int16Array, heard: Int16Array): { readonly lag: number; readonly gain: number } {
  const part = sound.subarray(0, Math.min(sound.length, RATE));
  const energyOf = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0);
  let best = { lag: 0, gain: 0, likeness: 0 };
  let energy = energyOf(heard.subarray(0, part.length));
  for (let lag = 0; lag + part.length <= heard.length; lag++) {
    let sum = 0;
    for (let index = 0; index < part.length; index++) sum += (part[index] ?? 0) * (heard[lag + index] ?? 0);
    const likeness = sum / Math.sqrt(Math.max(1, energy));
    if (likeness > best.likeness) best = { lag, gain: sum / energyOf(part), likeness };
    energy += (heard[lag + part.length] ?? 0) ** 2 - (heard[lag] ?? 0) ** 2;
  }
  return best;
}

describe('the echo in the microphone of a pcm device, in virtual time', () => {
  let clock: ManualClock;
  let speaker: Loudspeaker;
  let mic: DeviceMic;
  let sent: Int16Array[];

  beforeEach(async () => {
    clock = new ManualClock();
    clock.advance(12_345);
    sent = [];
    const settings = resolveOptions({ protocol: 'pcm', clock, noiseRms: 0, echo: { gainDb: -20, delayMs: 85 } });
    const ear = new SoundMemory(RATE);
    speaker = new Loudspeaker({ clock, sampleRate: RATE, maxQueueMs: 5_000, ears: [ear] });
    mic = createDeviceMic({
      settings,
      sounds: ear,
      isHeard: () => true,
      send: (frames) => sent.push(...frames.map((frame) => pcmBytesToInt16(frame ?? new Uint8Array(0)))),
    });
    await mic.open();
    mic.wake();
  });

  const heard = () => Int16Array.from(sent.flatMap((frame) => [...frame]));

  it('is what sounds, a tenth as loud and 85 ms later, to the sample', () => {
    const sound = hiss(600);
    clock.advance(1_000);
    // Three messages at once: they sound one after another.
    for (const at of [0, 200, 400]) speaker.play(sound.slice(ms(at), ms(at + 200)), 200);
    clock.advance(1_000);
    expect(heard().length).toBe(ms(2_000));
    const expected = new Int16Array(ms(2_000));
    expected.set(
      sound.map((sample) => Math.round(sample / 10)),
      ms(1_085),
    );
    expect(heard()).toEqual(expected);
    const { lag, gain } = findEcho(sound, heard());
    expect(lag).toBe(ms(1_085));
    expect(gain).toBeCloseTo(0.1, 3);
  });

  it('ends where the loudspeaker is flushed', () => {
    speaker.play(hiss(400), 400);
    clock.advance(100);
    expect(speaker.flush()).toBe(300);
    clock.advance(900);
    const echo = heard();
    expect(rms(echo.subarray(ms(85), ms(185)))).toBeGreaterThan(0.01);
    expect(rms(echo.subarray(ms(185)))).toBe(0);
  });

  it('is added to what the user says', async () => {
    const words = {
      name: 'words',
      samples: tone({ hz: 300, ms: 400, sampleRate: RATE, amplitude: 0.3 }),
      sampleRate: RATE,
    };
    const speak = await mic.prepare(words);
    const spoken = speak();
    const sound = hiss(400);
    speaker.play(sound, 400);
    clock.advance(400);
    await spoken;
    const expected = words.samples.map((sample, at) => sample + Math.round((sound[at - ms(85)] ?? 0) / 10));
    expect(heard()).toEqual(expected);
  });

  it('is silence while nothing plays, though sound came long before', () => {
    speaker.play(hiss(200), 200);
    clock.advance(2_000);
    const before = sent.length;
    clock.advance(5_000);
    expect(sent.length - before).toBe(125);
    expect(sent.slice(before).every((frame) => frame.every((sample) => sample === 0))).toBe(true);
  });

  it('misses nothing when the process stood still for a moment', () => {
    const sound = hiss(600);
    speaker.play(sound, 600);
    mic.freeze();
    clock.advance(200);
    mic.thaw();
    clock.advance(1_000);
    // The microphone itself stood still for 200 ms.
    expect(findEcho(sound.subarray(ms(200)), heard()).lag).toBe(ms(85));
  });
});

it('an echo is resampled to the rate of the microphone', async () => {
  const sounds = new SoundMemory(24_000);
  const resampler = await createResampler(24_000, RATE);
  const echo = new Echo({ gainDb: -6, delayMs: 40, sounds, speakerRate: 24_000, micRate: RATE, resampler });
  sounds.add(tone({ hz: 440, ms: 500, sampleRate: 24_000, amplitude: 0.8 }), 100);
  const heard = new Int16Array(RATE);
  for (let at = 0; at < heard.length; at += 320) echo.mix(heard.subarray(at, at + 320), (at * 1000) / RATE);
  const { lag, gain } = findEcho(tone({ hz: 440, ms: 500, sampleRate: RATE, amplitude: 0.8 }), heard);
  expect(lag / 16).toBeGreaterThanOrEqual(140);
  expect(lag / 16).toBeLessThan(143);
  expect(gain).toBeCloseTo(0.5, 1);
});

it('what a microphone without a reader has not heard is bounded, the newest is kept', () => {
  const sounds = new SoundMemory(RATE);
  for (let second = 0; second < 100; second++) sounds.add(hiss(1_000), second * 1_000);
  const part = new Int16Array(ms(100));
  sounds.read(60_000, part);
  expect(rms(part)).toBe(0);
  sounds.read(99_000, part);
  expect(part).toEqual(hiss(100));
});

describe('the echo over a real socket', () => {
  const speech = () => loadSpeech({ wav: new URL('../../assets/asr-demo-model/samples/06.wav', import.meta.url) });

  it('reaches the backend of a realtime device in time with its loudspeaker, coded live', async () => {
    const at: Record<string, number> = {};
    const time = new VirtualTime();
    const device = await startSimDevice({
      clock: time.clock,
      echo: { gainDb: -6, delayMs: 120 },
      onEvent: (event) => {
        at[event.type] ??= event.at;
      },
    });
    onTestFinished(() => device.stop());
    const backend = await RawBackend.dial(device.url);
    const { samples } = await speech();
    const upsampler = await createResampler(RATE, 24_000);
    const sound = upsampler.process(samples);
    const encoder = await (await loadOpusCodec()).createEncoder({ sampleRate: 24_000, frameMs: 40 });
    const writer = new OggOpusWriter();
    backend.event('session.update');
    backend.event('response.created');
    const messages: Uint8Array[] = [];
    for (let frame = 0; (frame + 1) * 960 <= sound.length; frame++) {
      const page = writer.page(encoder.encode(sound.slice(frame * 960, (frame + 1) * 960)), 1920);
      const bytes = frame === 0 ? Buffer.concat([writer.headerPages(), page]) : Buffer.from(page);
      messages.push(bytes);
      backend.event('response.audio.delta', { delta: bytes.toString('base64') });
    }
    encoder.free();
    backend.event('response.audio.done');
    await time.during(device.waitForReply());
    await time.during(device.speaker.idle());
    await time.until(() => backend.texts.length * 80 > (at.reply_audio_started ?? 0) - (at.connected ?? 0) + 2_500);
    await backend.close();
    const heard = await decodeOgg(backend.appended());
    const played = await decodeOgg(messages);
    const { lag, gain } = findEcho(played, heard);
    const behindMs = lag / 16 - ((at.reply_audio_started ?? 0) - (at.connected ?? 0));
    // 120 ms, and what the encoder and the decoder of the way back look ahead.
    expect(behindMs).toBeGreaterThan(115);
    expect(behindMs).toBeLessThan(145);
    expect(gain).toBeGreaterThan(0.35);
    expect(gain).toBeLessThan(0.6);
    // Before anything played there was only the microphone's own noise.
    expect(rms(heard.subarray(0, Math.max(0, lag - 1_600)))).toBeLessThan(0.002);
  });

  it('is the next program’s too, and needs what it asks for', async () => {
    const time = new VirtualTime();
    const device = await startSimDevice({ clock: time.clock, protocol: 'pcm', echo: { gainDb: 0, delayMs: 0 } });
    onTestFinished(() => device.stop());
    await device.restart();
    const backend = await RawBackend.dial(device.url, []);
    await time.until(() => backend.binaries.length > 3);
    await backend.close();
    const refused = { code: 'unsupported' };
    const echo = { gainDb: -20, delayMs: 80 };
    await expect(startSimDevice({ echo: { gainDb: 1, delayMs: 80 } })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ echo: { gainDb: -1, delayMs: -1 } })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ echo, noAudio: true })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ echo, microphone: 'nothing' })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ echo, loudspeaker: 'durations' })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ dtx: true, protocol: 'pcm' })).rejects.toMatchObject(refused);
    await expect(startSimDevice({ dtx: true, audioFormat: 'pcm16' })).rejects.toMatchObject(refused);
  });
});
