import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DialtoneError } from '../core/errors.ts';

/**
 * Reads the body of an answer: unpacks it, however it is packed, and decodes it by its byte order mark, the charset of its
 * header, or that of its XML declaration; else as UTF-8. Bytes that mean nothing become U+FFFD.
 * @throws DialtoneError `engine_bad_answer` as soon as there are more than `maxBytes`, packed or unpacked
 */
export async function readText(response: IncomingMessage, { maxBytes }: { maxBytes: number }): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked(response) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      response.destroy();
      throw new DialtoneError('engine_bad_answer', `The answer is longer than ${maxBytes} bytes: it is not read.`);
    }
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return decoderFor(body, response.headers['content-type'] ?? '').decode(body);
}

function unpacked(response: IncomingMessage): Readable {
  const unpack = unpackerFor(response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity');
  // Its errors come out of the iteration as well.
  return unpack ? pipeline(response, unpack, () => undefined) : response;
}

function unpackerFor(encoding: string) {
  switch (encoding) {
    case 'identity':
    case '':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new DialtoneError('engine_bad_answer', 'The answer is compressed in a way that was not asked for.');
  }
}

function decoderFor(body: Buffer, contentType: string) {
  const declared =
    byteOrderMark(body) ??
    /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType)?.[1] ??
    /^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})/.exec(body.toString('latin1', 0, 300))?.[1];
  try {
    return new TextDecoder(declared ?? 'utf-8');
  } catch {
    // An unknown name.
    return new TextDecoder();
  }
}

function byteOrderMark(body: Buffer): string | undefined {
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 'utf-8' : undefined;
}
