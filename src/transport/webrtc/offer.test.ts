import { describe, expect, it } from 'vitest';
import { checkOffer } from './offer.ts';

const LINES = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 0',
  'c=IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host',
  'a=candidate:2 1 udp 2113937151 3c6b34cf-1c1e.local 50001 typ host',
  'a=candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active',
  'a=candidate:4 1 UDP 2113937151 2001:db8::7 50002 typ host',
  'a=ice-ufrag:E0yW',
  'a=ice-pwd:jqB5cuT3SQk8hVXYwbRvJeLQ',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:0 PCMU/8000',
];
const text = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`;
const without = (beginning: string) => text(LINES.filter((line) => !line.startsWith(beginning)));
const instead = (beginning: string, line: string) => text(LINES.map((one) => (one.startsWith(beginning) ? line : one)));

it('an offer of a browser is taken, without the candidates that would have to be looked up or are no UDP', () => {
  const check = checkOffer(text(LINES));
  expect(check).toMatchObject({ ok: true, ufrag: 'E0yW', frame: { taken: 0, isBundled: true } });
  expect((check.ok ? check.sdp : '').split('\r\n')).toEqual([
    'v=0',
    'o=- 0 0 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host',
    'a=candidate:4 1 UDP 2113937151 2001:db8::7 50002 typ host',
    'a=ice-ufrag:E0yW',
    'a=ice-pwd:jqB5cuT3SQk8hVXYwbRvJeLQ',
    `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    '',
  ]);
});

it('lines may end as they like, and candidates, a name and a group are not needed', () => {
  expect(checkOffer(LINES.join('\n'))).toMatchObject({ ok: true });
  expect(checkOffer(without('a=candidate:'))).toMatchObject({ ok: true });
  expect(checkOffer(without('a=mid:'))).toMatchObject({ ok: true, frame: { isBundled: false } });
  expect(checkOffer(without('a=group:'))).toMatchObject({ ok: true, frame: { isBundled: false } });
});

it('what is said for the whole session counts for its audio', () => {
  const isOfSession = (line: string) => /^a=(?:ice|fingerprint|setup|sendrecv)/.test(line);
  const [first, ...rest] = LINES.filter((line) => !isOfSession(line));
  const session = LINES.filter(isOfSession).map((line) => (line === 'a=sendrecv' ? 'a=sendonly' : line));
  const check = checkOffer(text([first ?? '', ...session, ...rest]));
  expect(check).toMatchObject({ ok: true, ufrag: 'E0yW' });
  expect(check.ok && check.sdp).toContain('a=sendonly\r\n');
});

it('the first section of audio with Opus is taken, whatever else is offered', () => {
  const video = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=ice-ufrag:video', 'a=rtpmap:96 VP8/90000'];
  const speech = ['m=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:2'];
  const data = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:3', 'a=sctp-port:5000'];
  const [session, audio] = [LINES.slice(0, 5), LINES.slice(5)];
  const check = checkOffer(text([...session, ...video, ...speech, ...audio, ...data]));
  expect(check).toMatchObject({ ok: true, ufrag: 'E0yW', frame: { taken: 2 } });
  expect(check.ok && check.frame.sections.map(({ kind }) => kind)).toEqual(['video', 'audio', 'audio', 'application']);
  const alone = checkOffer(text(LINES));
  expect(check.ok && check.sdp).toBe(alone.ok && alone.sdp);
});

it('of lines that nothing needs none is handed on', () => {
  const junk = [
    'a=rtcp:',
    'a=extmap:x',
    'a=ssrc:',
    'a=crypto:1 x',
    'b=',
    'a=rid:',
    'a=candidate:',
    'a=candidate:1 1 udp 5 192.0.2.7 0 typ host',
  ];
  const [check, plain] = [checkOffer(text([...LINES, ...junk])), checkOffer(text(LINES))];
  expect(check.ok && check.sdp).toBe(plain.ok && plain.sdp);
});

it('of a thousand candidates 16 are kept', () => {
  const many = Array.from({ length: 400 }, (_, at) => `a=candidate:${at} 1 udp 1 192.0.2.7 ${5000 + at} typ host`);
  const check = checkOffer(text([...LINES, ...many]));
  expect((check.ok ? check.sdp : '').match(/^a=candidate:/gm)).toHaveLength(16);
});

describe('an offer is refused that', () => {
  it.each<[what: string, sdp: string, problem: string]>([
    ['is empty', '', 'does not begin with "v=0"'],
    ['is something else', '{"type":"offer"}', 'does not begin with "v=0"'],
    ['has a line of another kind', text([...LINES, 'hello']), 'has a line that is no "x=..."'],
    ['is too long', text([...LINES, `a=${'x'.repeat(33_000)}`]), 'more than 32768 characters'],
    ['has too many lines', text([...LINES, ...Array(600).fill('a=x')]), 'more than 512 lines'],
    ['has no media', without('m='), 'has no section of audio'],
    ['has a section that is none', text([...LINES, 'm=video']), 'has a line "m=..." that is none'],
    ['has too many sections', text([...LINES, ...Array(16).fill('m=video 9 RTP/AVP 96')]), 'more than 16 sections'],
    ['has switched its audio off', instead('m=', 'm=audio 0 UDP/TLS/RTP/SAVPF 111'), 'audio without a port'],
    ['has video alone', instead('m=', 'm=video 9 UDP/TLS/RTP/SAVPF 111'), 'has no section of audio'],
    ['is not encrypted', instead('m=', 'm=audio 9 RTP/AVP 111'), 'has audio that is not "UDP/TLS/RTP/SAVPF"'],
    ['has no Opus', without('a=rtpmap:111'), 'has no Opus'],
    ['names Opus under another number', instead('m=', 'm=audio 9 UDP/TLS/RTP/SAVPF 0'), 'has no Opus'],
    ['has Opus under a number of RTCP', text(LINES.map((line) => line.replace('111', '72'))), 'has no Opus'],
    ['has Opus under no number', text(LINES.map((line) => line.replace('111', '200'))), 'has no Opus'],
    ['has a name that is none', instead('a=mid:', 'a=mid:<b>'), 'has an "a=mid:" that is none'],
    [
      'has half a fingerprint',
      instead('a=fingerprint:', 'a=fingerprint:sha-256 AB:CD'),
      'has no "a=fingerprint:sha-256',
    ],
    ['has no fingerprint', without('a=fingerprint:'), 'has no "a=fingerprint:sha-256'],
    ['has a weak one', instead('a=fingerprint:', 'a=fingerprint:md5 AB:CD'), 'has no "a=fingerprint:sha-256'],
    ['has no setup', without('a=setup:'), 'has no "a=setup:actpass"'],
    ['has no name', without('a=ice-ufrag:'), 'has no "a=ice-ufrag:"'],
    ['has a short name', instead('a=ice-ufrag:', 'a=ice-ufrag:abc'), 'has no "a=ice-ufrag:"'],
    ['has no password', without('a=ice-pwd:'), 'has no "a=ice-pwd:"'],
  ])('%s', (_, sdp, problem) => {
    expect(checkOffer(sdp)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});
