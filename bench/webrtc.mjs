// What WebRTC costs beside the codec. Run: npm run build && node bench/webrtc.mjs [conversations] [seconds]
// This process is the hub: it answers the offers of devices in a process of its own, and sends and gets a packet of 20 ms both ways for
// each, all the time. A real hub sends only while it answers.
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadOpusCodec } from '../dist/audio/opus/opus-codec.js';
import { checkOffer } from '../dist/transport/webrtc/offer.js';
import { Peer } from '../dist/transport/webrtc/peer.js';
import { writeRtp } from '../dist/transport/webrtc/rtp-packet.js';
import { loadWerift } from '../dist/transport/webrtc/werift.js';
import { allSpeech } from './support/recordings.mjs';

const FRAME_MS = 20;
const PAYLOAD_BYTES = 100;

if (process.send) await devices();
else await hub(Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 10));

async function hub(count, seconds) {
  const werift = await loadWerift();
  const child = fork(fileURLToPath(import.meta.url), [String(count)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const peers = [];
  let connected = 0;
  let received = 0;
  child.on('message', async ({ id, sdp }) => {
    const listener = { connected: () => connected++, packet: () => received++, alive() {}, closed() {} };
    const plan = { servers: [], ports: undefined, addresses: [] };
    const { peer, sdp: answer } = await Peer.answer(werift, checkOffer(sdp), plan, listener);
    peers.push(peer);
    child.send({ id, sdp: answer });
  });
  while (connected < count) await pause(50);
  child.send({ go: true });
  const cost = await measured(seconds, (frame) => {
    for (const peer of peers) peer.send(packet(frame));
  });
  const perConversation = (100 * cost.cpuMs) / cost.wallMs / count;
  const codec = await codecCost();
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; ${count} conversations, a packet of ${FRAME_MS} ms both ways`,
  );
  console.log(`packets got ${received}, of ${cost.frames * count} sent by each side`);
  console.log(`WebRTC (ICE, SRTP, sockets): ${perConversation.toFixed(2)} % of a core for one conversation`);
  console.log(`Opus, ${FRAME_MS} ms encoded and one decoded: ${codec.toFixed(2)} %`);
  console.log(`${count} conversations: ${(count * (perConversation + codec)).toFixed(0)} % of a core`);
  child.kill();
  process.exit(0);
}

/** The devices: as many connections, which send all the time. */
async function devices() {
  const { RTCPeerConnection, MediaStreamTrack, RTCRtpCodecParameters } = await loadWerift();
  const answers = new Map();
  let go = () => {};
  const started = new Promise((resolve) => {
    go = resolve;
  });
  process.on('message', (message) => (message.go ? go() : answers.get(message.id)(message.sdp)));
  const senders = [];
  for (let id = 0; id < Number(process.argv[2]); id++) {
    const opus = new RTCRtpCodecParameters({
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      payloadType: 111,
    });
    const connection = new RTCPeerConnection({ iceServers: [], codecs: { audio: [opus], video: [] } });
    senders.push(connection.addTrack(new MediaStreamTrack({ kind: 'audio' })));
    await connection.setLocalDescription(await connection.createOffer());
    const answer = new Promise((resolve) => answers.set(id, resolve));
    process.send({ id, sdp: connection.localDescription.sdp });
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer });
  }
  await started;
  await measured(3_600, (frame) => {
    for (const sender of senders) void sender.sendRtp(packet(frame));
  });
}

/** Calls `each` for every frame that is due, and measures what this process does meanwhile. */
async function measured(seconds, each) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < seconds * 1_000) {
    while (frames < (performance.now() - start) / FRAME_MS) each(frames++);
    await pause(5);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - start, frames };
}

function packet(frame) {
  const payload = Buffer.alloc(PAYLOAD_BYTES, 7);
  return writeRtp({ sequence: frame & 0xffff, timestamp: (frame * 960) >>> 0, ssrc: 0, marker: false, payload });
}

/** Percent of a core for one encoder and one decoder that work all the time. */
async function codecCost() {
  const codec = await loadOpusCodec();
  const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: FRAME_MS });
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const samples = await allSpeech(24_000);
  const frames = Math.floor(samples.length / encoder.frameSamples);
  const run = () => {
    for (let at = 0; at < frames; at++) {
      decoder.decode(encoder.encode(samples.subarray(at * encoder.frameSamples, (at + 1) * encoder.frameSamples)));
    }
  };
  run();
  const cpu = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(cpu);
  return (100 * (user + system)) / 1_000 / (frames * FRAME_MS);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
