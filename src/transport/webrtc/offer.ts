import { isIP } from 'node:net';
import { attributes, type SdpParts, type SdpSection, splitSdp } from './sdp-sections.ts';

/** Largest offer, characters: browsers write 2 to 6 kB for one track. */
const MAX_SDP = 32_768;

/** Lines of an offer. */
const MAX_LINES = 512;

/** Sections of media, those that are declined among them. */
const MAX_SECTIONS = 16;

/** Candidates that are kept: a machine has a handful of addresses. */
const MAX_CANDIDATES = 16;

/** Bytes of a certificate's fingerprint. */
const HASH_BYTES: Readonly<Record<string, number>> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

const SETUPS = ['actpass', 'active', 'passive'] as const;

/** What {@link checkOffer} found. */
export type OfferCheck =
  | {
      readonly ok: true;
      /** The section of audio alone, with nothing in it that need not be there. */
      readonly sdp: string;
      /** Name of the device's end in its connectivity checks. */
      readonly ufrag: string;
      /** Who begins the handshake: `active` is the device, `passive` we; `actpass` leaves it to us. */
      readonly setup: 'active' | 'passive' | 'actpass';
      /** How the answer has to look around that section. */
      readonly frame: OfferFrame;
    }
  | { readonly ok: false; readonly problem: string };

/** The offer around its section of audio: the answer has the same sections in the same order (RFC 3264 section 6). */
export interface OfferFrame {
  readonly sections: readonly SdpSection[];
  /** Which of them is the audio that is taken. */
  readonly taken: number;
  /** Whether it shares a transport, if only with itself (`a=group:BUNDLE`). */
  readonly isBundled: boolean;
}

/**
 * Checks an offer before anything is opened for it: the first section of audio with Opus is taken, as RFC 8829 writes it; what else is offered
 * will be declined. Candidates that are not IP addresses (`xxx.local`, which browsers write in the place of theirs) are left out: the device is
 * known by where its checks come from. Says what is wrong in a sentence for its author.
 */
export function checkOffer(sdp: string): OfferCheck {
  if (sdp.length > MAX_SDP) return bad(`has more than ${MAX_SDP} characters`);
  const lines = sdp.split(/\r\n|\n|\r/).filter((line) => line !== '');
  if (lines.length > MAX_LINES) return bad(`has more than ${MAX_LINES} lines`);
  if (lines[0] !== 'v=0') return bad('does not begin with "v=0"');
  if (lines.some((line) => !/^[a-z]=/.test(line))) return bad('has a line that is no "x=..."');
  const parts = splitSdp(lines);
  if (!parts) return bad('has a line "m=..." that is none');
  if (parts.sections.length > MAX_SECTIONS) return bad(`has more than ${MAX_SECTIONS} sections of media`);
  const taken = parts.sections.findIndex((section) => problemOfAudio(section) === undefined);
  const section = parts.sections[taken];
  if (!section) return bad(problemOfMedia(parts.sections));
  return readAudio(parts, section, taken);
}

function readAudio(parts: SdpParts, section: SdpSection, taken: number): OfferCheck {
  // What a section does not say itself stands for the session.
  const all = (name: string) =>
    [section.lines, parts.session].map((lines) => attributes(lines, name)).find((found) => found.length > 0);
  const ufrag = all('ice-ufrag')?.[0] ?? '';
  const password = all('ice-pwd')?.[0] ?? '';
  // RFC 8839 section 5.4.
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) return bad('has no "a=ice-ufrag:" with 4 to 256 characters');
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(password)) return bad('has no "a=ice-pwd:" with 22 to 256 characters');
  const fingerprints = (all('fingerprint') ?? []).filter(isFingerprint);
  if (fingerprints.length === 0) return bad('has no "a=fingerprint:sha-256 ..." of its certificate');
  const setup = SETUPS.find((one) => one === all('setup')?.[0]);
  if (!setup) return bad('has no "a=setup:actpass"');
  const mid = attributes(section.lines, 'mid')[0] ?? '0';
  if (!/^[\w!#$%&'*+.^`{|}~-]{1,64}$/.test(mid)) return bad('has an "a=mid:" that is none');
  const candidates = attributes(section.lines, 'candidate').filter(isUsable).slice(0, MAX_CANDIDATES);
  const rtpmap = opusOf(section);
  const sdp = [
    'v=0',
    'o=- 0 0 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    `m=audio 9 ${section.transport} ${rtpmap?.split(' ')[0]}`,
    'c=IN IP4 0.0.0.0',
    ...candidates.map((candidate) => `a=candidate:${candidate}`),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    ...fingerprints.map((fingerprint) => `a=fingerprint:${fingerprint}`),
    `a=setup:${setup}`,
    `a=mid:${mid}`,
    `a=${directionOf(section.lines) ?? directionOf(parts.session) ?? 'sendrecv'}`,
    'a=rtcp-mux',
    `a=rtpmap:${rtpmap}`,
    '',
  ];
  return {
    ok: true,
    sdp: sdp.join('\r\n'),
    ufrag,
    setup,
    frame: { sections: parts.sections, taken, isBundled: isBundled(parts, section) },
  };
}

function isBundled({ session }: SdpParts, { lines }: SdpSection): boolean {
  const [mid = ''] = attributes(lines, 'mid');
  return attributes(session, 'group').some((group) => /^BUNDLE /.test(group) && group.split(' ').includes(mid));
}

/** Why none of the sections can be taken: what is wrong with the first one of audio. */
function problemOfMedia(sections: readonly SdpSection[]): string {
  const audio = sections.find(({ kind }) => kind === 'audio');
  return (audio && problemOfAudio(audio)) ?? 'has no section of audio ("m=audio ...")';
}

function problemOfAudio(section: SdpSection): string | undefined {
  if (section.kind !== 'audio') return 'has no section of audio ("m=audio ...")';
  // One that is `bundle-only` needs the section before it, which would be declined (RFC 8843 section 6).
  if (section.port === 0) return 'has a section of audio without a port: offer it first, and not switched off';
  if (!/^UDP\/TLS\/RTP\/SAVPF?$/.test(section.transport)) return 'has audio that is not "UDP/TLS/RTP/SAVPF"';
  return opusOf(section) === undefined ? 'has no Opus ("a=rtpmap:111 opus/48000/2")' : undefined;
}

/** Opus under its payload type: `111 opus/48000/2`. Those from 64 to 95 are RTCP where both share a port (RFC 5761 section 4). */
function opusOf({ formats, lines }: SdpSection): string | undefined {
  return attributes(lines, 'rtpmap').find((rtpmap) => {
    const type = /^(\d{1,3}) opus\/48000(?:\/[12])?$/i.exec(rtpmap)?.[1];
    if (type === undefined || !formats.includes(type)) return false;
    return Number(type) < 64 || (Number(type) > 95 && Number(type) < 128);
  });
}

function isFingerprint(value: string): boolean {
  const [, hash = '', bytes = ''] = /^(sha-\d{3}) ([0-9A-F]{2}(?::[0-9A-F]{2})*)$/i.exec(value) ?? [];
  return bytes !== '' && bytes.split(':').length === HASH_BYTES[hash.toLowerCase()];
}

/** `foundation component transport priority address port ...` */
function isUsable(candidate: string): boolean {
  const pattern = /^\S{1,64} 1 udp \d{1,10} (\S+) (\d{1,5}) typ [a-z]+/i;
  const [, address = '', port] = pattern.exec(candidate) ?? [];
  return isIP(address) !== 0 && Number(port) > 0 && Number(port) < 65_536;
}

function directionOf(lines: readonly string[]): string | undefined {
  return lines.map((line) => line.slice(2)).find((value) => /^(?:sendrecv|sendonly|recvonly|inactive)$/.test(value));
}

function bad(what: string): OfferCheck {
  return { ok: false, problem: `the offer ${what}` };
}
