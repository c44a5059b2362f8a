import { expect, it } from 'vitest';
import { correctAnswer, ownAddresses } from './answer.ts';
import type { OfferFrame } from './offer.ts';

const AUDIO = { kind: 'audio', port: 9, transport: 'UDP/TLS/RTP/SAVPF', formats: ['109'], lines: ['a=mid:1'] };
const ALONE: OfferFrame = { sections: [AUDIO], taken: 0, isBundled: true };

const ANSWER = [
  'v=0',
  'a=group:BUNDLE 1',
  'a=msid-semantic:WMS *',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109',
  'a=candidate:f0 1 udp 2116026367 192.0.2.2 50822 typ host generation 0 ufrag 8543',
  'a=candidate:f1 1 udp 2116026367 fd00::2 47154 typ host generation 0 ufrag 8543',
  'a=ice-lite',
  'a=ice-ufrag:8543',
  'a=ice-options:trickle',
  'a=mid:1',
  'a=rtcp-mux',
  'a=sendrecv',
  'a=msid:- 830b60c8',
  'a=rtpmap:109 opus/48000/2',
  'a=fmtp:109 stereo=1',
  '',
].join('\r\n');

it('ice-lite stands before all sections, the track has its name, and what we decode is said', () => {
  expect(correctAnswer(ANSWER, ALONE).split('\r\n')).toEqual([
    'v=0',
    'a=group:BUNDLE 1',
    'a=msid-semantic:WMS *',
    'a=ice-lite',
    'm=audio 9 UDP/TLS/RTP/SAVPF 109',
    'a=candidate:f0 1 udp 2116026367 192.0.2.2 50822 typ host generation 0 ufrag 8543',
    'a=candidate:f1 1 udp 2116026367 fd00::2 47154 typ host generation 0 ufrag 8543',
    'a=ice-ufrag:8543',
    'a=mid:1',
    'a=rtcp-mux',
    'a=sendrecv',
    'a=msid:tts-stream audio',
    'a=rtpmap:109 opus/48000/2',
    'a=fmtp:109 minptime=10;useinbandfec=1',
    '',
  ]);
});

it('what else was offered is declined, in the order of the offer', () => {
  const video = { ...AUDIO, kind: 'video', formats: ['96', '97'], lines: ['a=mid:0', 'a=rtpmap:96 VP8/90000'] };
  const data = {
    ...AUDIO,
    kind: 'application',
    transport: 'UDP/DTLS/SCTP',
    formats: ['webrtc-datachannel'],
    lines: [],
  };
  const frame = { sections: [video, AUDIO, data], taken: 1, isBundled: true };
  const answer = correctAnswer(ANSWER, frame);
  expect(answer.match(/^m=.*/gm)).toEqual([
    'm=video 0 UDP/TLS/RTP/SAVPF 96 97',
    'm=audio 9 UDP/TLS/RTP/SAVPF 109',
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
  ]);
  expect(answer.split('\r\n').slice(4, 9)).toEqual([
    'm=video 0 UDP/TLS/RTP/SAVPF 96 97',
    'c=IN IP4 0.0.0.0',
    'a=inactive',
    'a=mid:0',
    'a=ice-ufrag:8543',
  ]);
  expect(answer.match(/^a=(?:candidate|msid|rtpmap):.*/gm)).toHaveLength(4);
});

it('names no section and no group that the offer does not', () => {
  expect(correctAnswer(ANSWER, { ...ALONE, isBundled: false })).not.toContain('a=group:');
  const nameless = { sections: [{ ...AUDIO, lines: [] }], taken: 0, isBundled: false };
  expect(correctAnswer(ANSWER, nameless)).not.toContain('a=mid:');
});

it('a device that sends only is told of no track', () => {
  expect(correctAnswer(ANSWER.replace('a=sendrecv', 'a=recvonly'), ALONE)).not.toContain('a=msid:');
});

it('candidates are there once more for addresses from elsewhere, each for its family', () => {
  const candidates = correctAnswer(ANSWER, ALONE, ['203.0.113.9', '2001:db8::9']).match(/^a=candidate:.*host/gm);
  expect(candidates).toEqual([
    'a=candidate:f0 1 udp 2116026367 192.0.2.2 50822 typ host',
    'a=candidate:f00 1 udp 2116026367 203.0.113.9 50822 typ host',
    'a=candidate:f1 1 udp 2116026367 fd00::2 47154 typ host',
    'a=candidate:f11 1 udp 2116026367 2001:db8::9 47154 typ host',
  ]);
});

it('without a network there is the address of the machine itself', () => {
  const address = { address: '', netmask: '', family: 'IPv4' as const, mac: '', cidr: null };
  expect(ownAddresses({ lo: [{ ...address, internal: true }] })).toEqual(['127.0.0.1']);
  expect(ownAddresses({ lo: [{ ...address, internal: true }], eth0: [{ ...address, internal: false }] })).toEqual([]);
});
