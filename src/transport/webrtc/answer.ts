import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What Opus is asked for: packets that carry the one before them, where the device has noticed loss (RFC 7587 section 6.1). */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1';

/** The names of our track, as Naila's hub has them: `a=msid:<stream> <track>`. */
const TRACK = 'a=msid:tts-stream audio';

/** `a=candidate:<foundation> <component> udp <priority> <address> <port> typ host ...` */
const CANDIDATE = /^a=candidate:(\S+) (\d+ udp \d+) (\S+) (\d+ typ host.*)$/;

/** What this file writes itself. */
const OURS = /^a=(?:ice-lite$|fmtp:|msid:)/;

/**
 * Corrects werift's answer: `ice-lite` belongs before all sections (RFC 8839 section 5.3), the track has its name, what we can decode
 * is said, and the candidates are there once more for each address by which this machine is reached from elsewhere.
 */
export function correctAnswer(sdp: string, addresses: readonly string[] = []): string {
  const lines = sdp.split('\r\n').filter((line) => !OURS.test(line));
  if (sdp.includes('a=ice-lite')) {
    const at = lines.findIndex((line) => line.startsWith('m='));
    lines.splice(at, 0, 'a=ice-lite');
  }
  return lines
    .flatMap((line) => {
      const payloadType = /^a=rtpmap:(\d+) opus\//i.exec(line)?.[1];
      if (payloadType !== undefined) return [line, `a=fmtp:${payloadType} ${OPUS_PARAMETERS}`];
      // A device that sends only gets no track.
      if (line === 'a=sendrecv' || line === 'a=sendonly') return [line, TRACK];
      return [line, ...addresses.flatMap((address, index) => movedTo(address, index, line))];
    })
    .join('\r\n');
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
