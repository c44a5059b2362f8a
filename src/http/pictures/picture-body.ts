import type { Context } from 'hono';
import type { Picture } from '../../conversation/picture.ts';
import { cleanText } from '../../core/clean-text.ts';
import { checkPicture, type PictureFormat, type PictureLimits } from './picture-format.ts';

/** Around a picture in a multipart form, bytes. */
const FORM_BYTES = 16_384;

/** Longest name of a picture that is kept. */
const MAX_NAME = 100;

/** A picture that has come, or why it cannot be used and with which status that is told. */
export type PictureBody =
  | { readonly picture: Picture; readonly format: PictureFormat }
  | { readonly problem: string; readonly status: 400 | 413 | 415 };

/** The most that a request with a picture may have, bytes. */
export function maxPictureBody(maxBytes: number): number {
  return maxBytes + FORM_BYTES;
}

/**
 * Reads the picture of a request: as the whole body, whatever type that is said to be, or as `file` of a multipart form. What it is
 * its content tells.
 */
export async function readPicture(c: Context, limits: PictureLimits): Promise<PictureBody> {
  const isForm = /^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '');
  const file = isForm ? await fileOf(c) : await rawOf(c);
  if (typeof file === 'string') return { problem: file, status: 400 };
  const { bytes, said } = file;
  const check = checkPicture(bytes, limits);
  if ('problem' in check) return { problem: check.problem, status: STATUS[check.kind] };
  const { mediaType } = check.format;
  const name =
    cleanText(said.split(/[/\\]/).at(-1) ?? '').slice(0, MAX_NAME) ||
    (mediaType === 'image/png' ? 'image.png' : 'image.jpg');
  return { picture: { mediaType, bytes, name }, format: check.format };
}

const STATUS = { empty: 400, too_big: 413, no_picture: 415 } as const;

interface SentFile {
  readonly bytes: Uint8Array;
  /** Name of the file, as it is said, maybe with folders; may be empty. */
  readonly said: string;
}

async function fileOf(c: Context): Promise<SentFile | string> {
  let form: Awaited<ReturnType<typeof c.req.parseBody>>;
  try {
    form = await c.req.parseBody();
  } catch {
    return 'the body is no multipart form, or not all of it came';
  }
  const { file } = form;
  if (!(file instanceof File)) return 'there is no picture: send it as "file" of a multipart form, or as the body';
  return { bytes: new Uint8Array(await file.arrayBuffer()), said: file.name };
}

async function rawOf(c: Context): Promise<SentFile | string> {
  try {
    return { bytes: new Uint8Array(await c.req.arrayBuffer()), said: '' };
  } catch {
    return 'not all of the body came';
  }
}
