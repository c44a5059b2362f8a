import type { MiddlewareHandler } from 'hono';
import { cleanText } from '../../core/clean-text.ts';
import type { Pictures } from '../../protocols/pictures.ts';
import { bearerOf } from './bearer.ts';
import type { ListenerApp, ListenerAppDeps } from './listener-app.ts';

/** The largest picture, bytes. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;

/** The same with its question, and what stands around both. */
export const MAX_CAPTURE_BYTES = MAX_PICTURE_BYTES + 16_384;

/** What a JPEG begins with: the start of an image, and the beginning of the next marker. */
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * `POST /capture`: the picture that a device's camera was asked for, as firmware uploads it: multipart with `question` and `file`,
 * and the token of its session. The device gives the answer back as the result of its function; the picture itself goes to the
 * call that waits for it.
 */
export function addCaptureRoute(app: ListenerApp, { pictures }: ListenerAppDeps): void {
  app.post('/capture', async (c) => {
    const token = bearerOf(c) ?? '';
    let body: Awaited<ReturnType<typeof c.req.parseBody>>;
    try {
      body = await c.req.parseBody();
    } catch {
      return c.json({ error: 'the body is no multipart form, or not all of it came' }, 400);
    }
    const { file, question } = body;
    if (!(file instanceof File))
      return c.json({ error: 'there is no picture: send it as "file" of a multipart form' }, 400);
    if (file.size > MAX_PICTURE_BYTES) return c.json({ error: 'a picture may have at most 2 MB' }, 413);
    const bytes = Buffer.from(await file.arrayBuffer());
    if (!bytes.subarray(0, 3).equals(JPEG_START)) return c.json({ error: 'the picture is no JPEG' }, 415);
    if (!pictures.take(token, bytes.toString('base64'))) {
      return c.json({ error: 'the device was not asked for a picture' }, 409);
    }
    const asked = typeof question === 'string' ? cleanText(question) : '';
    return c.json({ success: true, size_bytes: bytes.length, question: asked });
  });
}

/** Refuses what does not bear the token of a session. */
export function captureGuard({ pictures }: { readonly pictures: Pictures }): MiddlewareHandler {
  return async (c, next) => {
    const token = bearerOf(c);
    if (token === undefined || !pictures.knows(token)) {
      return c.json({ error: 'this token is that of no connected device' }, 401);
    }
    return await next();
  };
}
