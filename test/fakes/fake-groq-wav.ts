/** The header of a WAV file that is still being made: mono, 16 bits, made-up sizes, a LIST chunk before the samples. */
export function streamingWavHeader(sampleRate: number, size = 0xffffffff): Buffer {
  const header = Buffer.alloc(12 + 24 + 12 + 8);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(size, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('LIST', 36, 'latin1');
  header.writeUInt32LE(4, 40);
  header.write('INFO', 44, 'latin1');
  header.write('data', 48, 'latin1');
  header.writeUInt32LE(size, 52);
  return header;
}

/** The samples of a 16 kHz mono 16-bit WAV file. Throws when any field of its header is not exactly right. */
export function readWav16k(bytes: Uint8Array): Int16Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected: readonly [string, unknown, unknown][] = [
    ['RIFF', view.toString('latin1', 0, 4), 'RIFF'],
    ['RIFF size', view.readUInt32LE(4), bytes.length - 8],
    ['WAVE fmt', view.toString('latin1', 8, 16), 'WAVEfmt '],
    ['fmt size', view.readUInt32LE(16), 16],
    ['format', view.readUInt16LE(20), 1],
    ['channels', view.readUInt16LE(22), 1],
    ['rate', view.readUInt32LE(24), 16_000],
    ['bytes a second', view.readUInt32LE(28), 32_000],
    ['frame', view.readUInt16LE(32), 2],
    ['bits', view.readUInt16LE(34), 16],
    ['data', view.toString('latin1', 36, 40), 'data'],
    ['data size', view.readUInt32LE(40), bytes.length - 44],
  ];
  for (const [what, found, right] of expected) {
    if (found !== right) throw new Error(`the WAV's ${what} is ${String(found)}, not ${String(right)}`);
  }
  return new Int16Array(bytes.slice(44).buffer);
}

/** A tone that wavers four times a second, 50 ms a character: something to hear and to measure. */
export function toneFor(text: string, sampleRate: number): Int16Array {
  const samples = new Int16Array(Math.round((sampleRate * text.length * 50) / 1000));
  for (let index = 0; index < samples.length; index++) {
    const seconds = index / sampleRate;
    const loudness = 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * seconds);
    samples[index] = Math.round(9_000 * loudness * Math.sin(2 * Math.PI * 220 * seconds));
  }
  return samples;
}
