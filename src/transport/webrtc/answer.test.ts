import { expect, it } from 'vitest';
import { correctAnswer, ownAddresses } from './answer.ts';

const ANSWER = [
  'v=0',
  'a=msid-semantic:WMS *',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109',
  'a=candidate:f0 1 udp 2116026367 192.0.2.2 50822 typ host generation 0 ufrag 8543',
  'a=candidate:f1 1 udp 2116026367 fd00::2 47154 typ host generation 0 ufrag 8543',
  'a=ice-lite',
  'a=sendrecv',
  'a=msid:- 830b60c8',
  'a=rtpmap:109 opus/48000/2',
  'a=fmtp:109 stereo=1',
  '',
].join('\r\n');

it('ice-lite stands before all sections, the track has its name, and what we decode is said', () => {
  expect(correctAnswer(ANSWER).split('\r\n')).toEqual([
    'v=0',
    'a=msid-semantic:WMS *',
    'a=ice-lite',
    'm=audio 9 UDP/TLS/RTP/SAVPF 109',
    'a=candidate:f0 1 udp 2116026367 192.0.2.2 50822 typ host generation 0 ufrag 8543',
    'a=candidate:f1 1 udp 2116026367 fd00::2 47154 typ host generation 0 ufrag 8543',
    'a=sendrecv',
    'a=msid:tts-stream audio',
    'a=rtpmap:109 opus/48000/2',
    'a=fmtp:109 minptime=10;useinbandfec=1',
    '',
  ]);
});

it('a device that sends only is told of no track', () => {
  expect(correctAnswer(ANSWER.replace('a=sendrecv', 'a=recvonly'))).not.toContain('a=msid:');
});

it('candidates are there once more for addresses from elsewhere, each for its family', () => {
  const candidates = correctAnswer(ANSWER, ['203.0.113.9', '2001:db8::9']).match(/^a=candidate:.*host/gm);
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
