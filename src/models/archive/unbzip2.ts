import unbzip2Stream from 'unbzip2-stream';
import { badFile } from './bad-file.ts';

/** No honest piece of an archive unpacks to more at once, bytes: the end of one is 1 MB, and text shrinks to a tenth. */
const MAX_AT_ONCE = 128 * 1024 * 1024;

/**
 * Unpacks bzip2, its checksums checked. It works in steps of a block, 0.1 s of a small computer, and takes the next piece when
 * the last one has been used.
 * @param maxBytes more than that is refused: a few bytes could unpack to terabytes
 * @throws DialtoneError `model_bad_file`
 */
export async function* unbzip2(packed: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Buffer> {
  const decoder = unbzip2Stream();
  let pieces: Buffer[] = [];
  let failure: Error | undefined;
  let total = 0;
  let atOnce = 0;
  decoder.on('error', (error: Error) => {
    failure ??= error;
  });
  decoder.on('data', (piece: Buffer) => {
    total += piece.length;
    atOnce += piece.length;
    // The decoder stops at what is thrown here, before the memory is full.
    if (total > maxBytes || atOnce > MAX_AT_ONCE) throw tooBig(maxBytes);
    pieces.push(piece);
  });
  const unpacked = (): Buffer[] => {
    if (failure !== undefined) throw failure.name === 'DialtoneError' ? failure : damaged(failure);
    const ready = pieces;
    pieces = [];
    atOnce = 0;
    return ready;
  };
  let isEmpty = true;
  for await (const bytes of packed) {
    isEmpty &&= bytes.length === 0;
    // The decoder does its work within the call.
    decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    yield* unpacked();
  }
  if (isEmpty) throw damaged(new Error('it is empty'));
  decoder.end();
  yield* unpacked();
}

function damaged(cause: Error): Error {
  return badFile('is damaged or cut short', cause);
}

function tooBig(maxBytes: number): Error {
  return badFile(`unpacks to more than ${Math.round(maxBytes / 1_000_000)} MB, which no model does`);
}
