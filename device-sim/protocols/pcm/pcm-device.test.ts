import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rms, tone } from '#src/audio/pcm';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../../device/sim-device.ts';
import { loadSpeech } from '../../mic/speech.ts';
import { RawBackend } from '../../testing/raw-backend.ts';

const QUESTION = new URL('../../../assets/asr-demo-model/samples/00.wav', import.meta.url);

let time: VirtualTime;
let device: SimDevice;
const start = async (options: SimDeviceOptions = {}): Promise<SimDevice> => {
  device = await startSimDevice({ protocol: 'pcm', clock: time.clock, ...options });
  return device;
};
beforeEach(() => {
  time = new VirtualTime();
});
afterEach(() => device.stop());

const status = (listening: boolean, speaking: boolean): string =>
  JSON.stringify({ type: 'server_status', payload: { listening, speaking } });

function toneFrames(ms: number): Buffer[] {
  const samples = tone({ hz: 440, ms, sampleRate: 16_000, amplitude: 0.5 });
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return Array.from({ length: ms / 40 }, (_, index) => bytes.subarray(index * 1280, index * 1280 + 1280));
}

describe('a raw PCM device', () => {
  it.each([
    [20, 640],
    [40, 1280],
  ] as const)('sends speech in %d ms frames of %d bytes', async (frameMs, bytes) => {
    await start({ frameMs, noiseRms: 0, microphone: 'nothing' });
    const speech = await loadSpeech({ wav: QUESTION });
    const backend = await RawBackend.dial(`ws://127.0.0.1:${device.port}/ws`, []);
    await time.during(device.say(speech));
    await time.until(() => backend.binaries.length * frameMs >= (speech.samples.length * 1000) / 16_000);
    expect(new Set(backend.binaries.map((frame) => frame.length))).toEqual(new Set([bytes]));
    const sent = Buffer.concat(backend.binaries);
    for (let at = 0; at < speech.samples.length; at += 97) expect(sent.readInt16LE(at * 2)).toBe(speech.samples[at]);
    await backend.close();
  });

  it('plays an answer between speaking true and false', async () => {
    await start();
    const backend = await RawBackend.dial(device.url, []);
    backend.socket.send(status(false, true));
    for (const frame of toneFrames(400)) backend.socket.send(frame);
    backend.socket.send(status(true, false));
    const reply = await time.during(device.waitForReply());
    expect(reply).toMatchObject({ audioMs: 400, sampleRate: 16_000, transcript: '', interrupted: false });
    expect(rms(reply.samples)).toBeGreaterThan(0.3);
    expect(reply.maxAheadMs).toBeGreaterThan(300);
    expect(device.violations).toEqual([]);
    expect(device.listening).toBe(true);
    await time.during(device.speaker.idle());
    expect(device.speaker.playedMs).toBe(400);
    await backend.close();
  });

  it('has little room: what runs far ahead is lost', async () => {
    await start();
    const backend = await RawBackend.dial(device.url, []);
    backend.socket.send(status(false, true));
    for (const frame of toneFrames(2000)) backend.socket.send(frame);
    backend.socket.send(status(true, false));
    await time.during(device.waitForReply());
    expect(device.speaker.droppedMs).toBeGreaterThan(500);
    await backend.close();
  });

  it('falls silent when told to stop', async () => {
    await start();
    const backend = await RawBackend.dial(device.url, []);
    backend.socket.send(status(false, true));
    for (const frame of toneFrames(400)) backend.socket.send(frame);
    backend.socket.send('{"type":"server_command","payload":{"command":"stop_playback"}}');
    backend.socket.send(status(true, false));
    expect((await time.during(device.waitForReply())).interrupted).toBe(true);
    expect(device.speaker.aheadMs).toBe(0);
    await backend.close();
  });

  it('sends button events and its status, and raw messages', async () => {
    await start({ microphone: 'nothing' });
    const backend = await RawBackend.dial(device.url, []);
    device.press();
    device.release();
    device.sendStatus({ uptimeMs: 5 });
    device.sendRaw('{oops');
    device.sendRaw(Uint8Array.of(1, 2, 3));
    await time.until(() => backend.binaries.length === 1);
    expect(backend.texts.slice(0, 3).map((text) => JSON.parse(text))).toEqual([
      { type: 'event', payload: { source: 'button', action: 'press' } },
      { type: 'event', payload: { source: 'button', action: 'release' } },
      { type: 'client_status', payload: { uptime_ms: 5, heap_free: 50_123, wifi_rssi: -61 } },
    ]);
    expect(backend.texts[3]).toBe('{oops');
    await backend.close();
  });

  it('refuses a second backend with 1013 and goes on serving the first', async () => {
    await start();
    const first = await RawBackend.dial(device.url, []);
    const second = await RawBackend.dial(device.url, []);
    expect(await second.closed()).toBe(1013);
    expect(second.binaries).toEqual([]);
    await time.until(() => first.binaries.length > 2);
    expect([device.openSockets, device.connections, device.maxOpenSockets]).toEqual([1, 2, 2]);
    await first.close();
  });

  it('takes junk without closing and notices what a small device would choke on', async () => {
    await start();
    const backend = await RawBackend.dial(device.url, []);
    backend.socket.send('junk');
    backend.socket.send('{"type":"server_status"}');
    backend.socket.send('{"type":"server_status","payload":{}}');
    backend.socket.send(Buffer.alloc(1281));
    backend.socket.send(status(false, true));
    backend.socket.send(status(true, false));
    await time.during(device.waitForReply());
    expect(device.violations).toEqual(
      ['no JSON object', 'no JSON object', 'true or false', '1281 bytes', 'outside an answer', 'no whole number'].map(
        (text) => expect.stringContaining(text),
      ),
    );
    expect(device.openSockets).toBe(1);
    await backend.close();
  });
});
