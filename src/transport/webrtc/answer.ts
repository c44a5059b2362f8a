import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { OfferFrame } from './offer.ts';
import { attributes, type SdpSection } from './sdp-sections.ts';

/** What Opus is asked for: packets that carry the one before them, where the device has noticed loss (RFC 7587 section 6.1). */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1';

/** The names of our track, as Naila's hub has them: `a=msid:<stream> <track>`. */
const TRACK = 'a=msid:tts-stream audio';

/** `a=candidate:<foundation> <component> udp <priority> <address> <port> typ host ...` */
const CANDIDATE = /^a=candidate:(\S+) (\d+ udp \d+) (\S+) (\d+ typ host.*)$/;

/** What this file writes itself, and what is not so: candidates do not trickle. */
const OURS = /^a=(?:ice-lite$|ice-options:trickle$|fmtp:|msid:)/;

/**
 * Corrects werift's answer: `ice-lite` belongs before all sections (RFC 8839 section 5.3), the track has its name, what we can decode
 * is said, the candidates are there once more for each address by which this machine is reached from elsewhere, and what else was offered is
 * declined.
 */
export function correctAnswer(sdp: string, frame: OfferFrame, addresses: readonly string[] = []): string {
  const { sections, taken, isBundled } = frame;
  const isOffered = (line: string) =>
    (isBundled || !line.startsWith('a=group:')) &&
    (!line.startsWith('a=mid:') || attributes(sections[taken]?.lines ?? [], 'mid').length > 0);
  const lines = sdp.split('\r\n').filter((line) => line !== '' && !OURS.test(line) && isOffered(line));
  const start = lines.findIndex((line) => line.startsWith('m='));
  const audio = correctAudio(lines.slice(start), addresses);
  const answer = [
    ...lines.slice(0, start),
    ...(sdp.includes('a=ice-lite') ? ['a=ice-lite'] : []),
    ...sections.flatMap((section, at) => (at === taken ? audio : declined(section, audio))),
  ];
  return `${answer.join('\r\n')}\r\n`;
}

/** The section of audio. */
function correctAudio(lines: readonly string[], addresses: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const payloadType = /^a=rtpmap:(\d+) opus\//i.exec(line)?.[1];
    if (payloadType !== undefined) return [line, `a=fmtp:${payloadType} ${OPUS_PARAMETERS}`];
    // A device that sends only gets no track.
    if (line === 'a=sendrecv' || line === 'a=sendonly') return [line, TRACK];
    return [line, ...addresses.flatMap((address, index) => movedTo(address, index, line))];
  });
}

/** How the transport is made and secured. */
const TRANSPORT = /^a=(?:ice-ufrag:|ice-pwd:|fingerprint:|setup:|rtcp-mux$)/;

/**
 * What is answered to a section that is not taken (RFC 3264 section 6): the same with port 0. The transport of the audio stands in it too, because
 * aiortc looks for one in every section.
 */
function declined({ kind, transport, formats, lines }: SdpSection, audio: readonly string[]): readonly string[] {
  const [mid] = attributes(lines, 'mid');
  return [
    `m=${kind} 0 ${transport} ${formats.join(' ')}`,
    'c=IN IP4 0.0.0.0',
    'a=inactive',
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    ...audio.filter((line) => TRANSPORT.test(line)),
  ];
}

/** A candidate of this machine at another of its addresses, if it is one of the same family. */
function movedTo(address: string, index: number, line: string): string[] {
  const [, foundation, before, host, after] = CANDIDATE.exec(line) ?? [];
  if (host === undefined || isIP(host) !== isIP(address)) return [];
  return [`a=candidate:${foundation}${index} ${before} ${address} ${after}`];
}

/** On a machine without a network: its own address, for what runs there. werift leaves it out. */
export function ownAddresses(interfaces = networkInterfaces()): string[] {
  const hasNetwork = Object.values(interfaces).some((list) => list?.some(({ internal }) => !internal));
  return hasNetwork ? [] : ['127.0.0.1'];
}
