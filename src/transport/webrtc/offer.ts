import { isIP } from 'node:net';

/** Largest offer, characters: browsers write 2 to 6 kB for one track. */
const MAX_SDP = 32_768;

/** Lines of an offer. */
const MAX_LINES = 512;

/** Candidates that are kept: a machine has a handful of addresses. */
const MAX_CANDIDATES = 16;

/** What {@link checkOffer} found. */
export type OfferCheck =
  | {
      readonly ok: true;
      /** The offer with nothing in it that need not be there. */
      readonly sdp: string;
      /** Name of the device's end in its connectivity checks. */
      readonly ufrag: string;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Checks an offer before anything is opened for it: one section of audio with Opus, as RFC 8829 writes it. Candidates that are not
 * IP addresses (`xxx.local`, which browsers write in the place of theirs) are left out: the device is known by where its checks come
 * from. Says what is wrong in a sentence for its author.
 */
export function checkOffer(sdp: string): OfferCheck {
  if (sdp.length > MAX_SDP) return bad(`has more than ${MAX_SDP} characters`);
  const lines = sdp.split(/\r\n|\n|\r/).filter((line) => line !== '');
  if (lines.length > MAX_LINES) return bad(`has more than ${MAX_LINES} lines`);
  if (lines[0] !== 'v=0') return bad('does not begin with "v=0"');
  const wrong = lines.find((line) => !/^[a-z]=/.test(line));
  if (wrong !== undefined) return bad('has a line that is no "x=..."');
  const media = lines.filter((line) => line.startsWith('m='));
  const problem = media.length === 1 ? problemOfAudio(media[0] ?? '', lines) : problemOfMedia(media);
  if (problem !== undefined) return bad(problem);
  const ufrag = attribute(lines, 'a=ice-ufrag:');
  const password = attribute(lines, 'a=ice-pwd:');
  // RFC 8839 section 5.4.
  if (!ufrag || !/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) return bad('has no "a=ice-ufrag:" with 4 to 256 characters');
  if (!password || !/^[A-Za-z0-9+/]{22,256}$/.test(password))
    return bad('has no "a=ice-pwd:" with 22 to 256 characters');
  const candidates = lines.filter(isCandidate);
  const kept = new Set(candidates.filter(isUsable).slice(0, MAX_CANDIDATES));
  return { ok: true, sdp: `${lines.filter((line) => !isCandidate(line) || kept.has(line)).join('\r\n')}\r\n`, ufrag };
}

function problemOfMedia(media: readonly string[]): string {
  return media.length === 0
    ? 'has no section of audio ("m=audio ...")'
    : `has ${media.length} sections of media: offer one of audio, and nothing else`;
}

function problemOfAudio(media: string, lines: readonly string[]): string | undefined {
  const [, kind, , transport, formats = ''] = /^m=(\S+) (\S+) (\S+) (.+)$/.exec(media) ?? [];
  if (kind !== 'audio') return 'has no section of audio ("m=audio ...")';
  if (!transport?.startsWith('UDP/TLS/RTP/SAVP')) return 'has audio that is not "UDP/TLS/RTP/SAVPF"';
  const offered = new Set(formats.split(' '));
  const opus = lines.some((line) => {
    const type = /^a=rtpmap:(\d+) opus\/48000(?:\/[12])?$/i.exec(line)?.[1];
    return type !== undefined && offered.has(type);
  });
  if (!opus) return 'has no Opus ("a=rtpmap:111 opus/48000/2")';
  if (!lines.some((line) => /^a=fingerprint:sha-(?:256|384|512) [0-9A-F:]+$/i.test(line))) {
    return 'has no "a=fingerprint:sha-256 ..." of its certificate';
  }
  if (!lines.some((line) => /^a=setup:(?:actpass|active|passive)$/.test(line))) return 'has no "a=setup:actpass"';
  return undefined;
}

function isCandidate(line: string): boolean {
  return line.startsWith('a=candidate:');
}

/** `a=candidate:foundation component transport priority address port ...` */
function isUsable(line: string): boolean {
  const [, , transport, , address = ''] = line.split(' ');
  return transport?.toLowerCase() === 'udp' && isIP(address) !== 0;
}

function attribute(lines: readonly string[], prefix: string): string | undefined {
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

function bad(what: string): OfferCheck {
  return { ok: false, problem: `the offer ${what}` };
}
