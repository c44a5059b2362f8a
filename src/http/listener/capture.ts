import type { MiddlewareHandler } from 'hono';
import { cleanText } from '../../core/clean-text.ts';
import type { Pictures } from '../../protocols/pictures.ts';
import { bearerOf } from './bearer.ts';
import type { ListenerApp, ListenerAppDeps } from './listener-app.ts';

/** The largest picture, bytes. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;

/** The same with its question, and what stands around both. */
export const MAX_CAPTURE_BYTES = MAX_PICTURE_BYTES + 16_384;

const GONE = 'this token is that of no connected device';

/** What a JPEG begins with: the start of an image, and the beginning of the next marker. */
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

/** Longest name of a picture that is kept. */
const MAX_NAME = 100;

/**
 * `POST /capture`: a picture of a device's camera, as firmware uploads it: multipart with `question` and `file`, and the token of its
 * session. A call of the camera that waits for it gets it; a picture that no call has asked for, or that came too late for it, is
 * what the user says next is about. The answer has the keys of stackchan's gateway (0.9.1), and the device gives it back as the
 * result of its function. `image_path` is the name that the device gives the file: no file is written.
 */
export function addCaptureRoute(app: ListenerApp, { pictures, fleet }: ListenerAppDeps): void {
  app.post('/capture', async (c) => {
    const token = bearerOf(c) ?? '';
    let body: Awaited<ReturnType<typeof c.req.parseBody>>;
    try {
      body = await c.req.parseBody();
    } catch {
      return c.json({ error: 'the body is no multipart form, or not all of it came' }, 400);
    }
    const { file, question } = body;
    if (!(file instanceof File) || file.size === 0)
      return c.json({ error: 'there is no picture: send it as "file" of a multipart form' }, 400);
    if (file.size > MAX_PICTURE_BYTES) return c.json({ error: 'a picture may have at most 2 MB' }, 413);
    const bytes = Buffer.from(await file.arrayBuffer());
    if (!bytes.subarray(0, 3).equals(JPEG_START)) return c.json({ error: 'the picture is no JPEG' }, 415);
    const name = cleanText(file.name).slice(0, MAX_NAME) || 'image.jpg';
    if (!pictures.take(token, bytes.toString('base64'))) {
      // Its session may have ended since it began to send.
      const device = pictures.deviceOf(token);
      if (device === undefined) return c.json({ error: GONE }, 401);
      const shown = fleet.showPicture(device, { mediaType: 'image/jpeg', bytes, name });
      if (shown !== 'accepted') return c.json({ error: 'this device is switched off, or its line does not work' }, 503);
    }
    const asked = typeof question === 'string' ? cleanText(question) : '';
    return c.json({ success: true, image_path: name, size_bytes: bytes.length, question: asked });
  });
}

/** Refuses what does not bear the token of a session. */
export function captureGuard({ pictures }: { readonly pictures: Pictures }): MiddlewareHandler {
  return async (c, next) => {
    const token = bearerOf(c);
    if (token === undefined || !pictures.knows(token)) {
      return c.json({ error: GONE }, 401);
    }
    return await next();
  };
}
