/** One section of media of a session description. */
export interface SdpSection {
  /** `audio`, `video`, `application`. */
  readonly kind: string;
  /** 0: it is switched off, or has no transport of its own (`a=bundle-only`). */
  readonly port: number;
  /** As in `UDP/TLS/RTP/SAVPF`. */
  readonly transport: string;
  /** Payload types, or what stands in their place. */
  readonly formats: readonly string[];
  /** Its lines behind that of the media. */
  readonly lines: readonly string[];
}

/** A session description (RFC 8866), as far as it is looked at. */
export interface SdpParts {
  /** Lines before the first section. */
  readonly session: readonly string[];
  readonly sections: readonly SdpSection[];
}

/** Takes a session description apart. @returns undefined for a line of media that is none */
export function splitSdp(lines: readonly string[]): SdpParts | undefined {
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []));
  const sections: SdpSection[] = [];
  for (const [index, start] of starts.entries()) {
    const media = /^m=(\w{1,32}) (\d{1,5})(?:\/\d+)? ([\w/.-]{1,64}) (\S.*)$/.exec(lines[start] ?? '');
    if (!media) return undefined;
    const [, kind = '', port, transport = '', formats = ''] = media;
    const own = lines.slice(start + 1, starts[index + 1]);
    sections.push({ kind, port: Number(port), transport, formats: formats.trim().split(/ +/), lines: own });
  }
  return { session: lines.slice(0, starts[0]), sections };
}

/** Values of the attribute of this name, in their order: what follows `a=name:`. */
export function attributes(lines: readonly string[], name: string): readonly string[] {
  const prefix = `a=${name}:`;
  return lines.flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length).trim()] : []));
}
