/** Binary protocol of the firmware, device side. */
export type WireVersion = 1 | 2 | 3;

/** One Opus packet as the device sends it. */
export function packPacket(version: WireVersion, opus: Uint8Array, timestampMs: number): Buffer {
  const payload = Buffer.from(opus);
  switch (version) {
    case 1:
      return payload;
    case 2: {
      const header = Buffer.alloc(16);
      header.writeUInt16BE(2, 0);
      header.writeUInt32BE(timestampMs, 8);
      header.writeUInt32BE(payload.length, 12);
      return Buffer.concat([header, payload]);
    }
    case 3: {
      const header = Buffer.alloc(4);
      header.writeUInt16BE(payload.length, 2);
      return Buffer.concat([header, payload]);
    }
  }
}

/** What a backend has sent. Throws Error with what is wrong with it. */
export function unpackPacket(
  version: WireVersion,
  message: Buffer,
): { readonly opus: Buffer; readonly timestampMs: number } {
  if (version === 1) return { opus: message, timestampMs: 0 };
  const headerBytes = version === 2 ? 16 : 4;
  if (message.length <= headerBytes) throw new Error(`a binary message of ${message.length} bytes`);
  const opus = message.subarray(headerBytes);
  const size = version === 2 ? message.readUInt32BE(12) : message.readUInt16BE(2);
  const type = version === 2 ? message.readUInt16BE(2) : message[0];
  if (version === 2 && message.readUInt16BE(0) !== 2) throw new Error('a header of another version');
  if (type !== 0) throw new Error(`a binary message of type ${type}`);
  if (size !== opus.length) throw new Error(`a payload of ${opus.length} bytes that is said to have ${size}`);
  return { opus, timestampMs: version === 2 ? message.readUInt32BE(8) : 0 };
}
