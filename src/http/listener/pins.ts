import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import type { PinSessions } from '../../protocols/hotpin/pin-sessions.ts';
import { readPicture } from '../pictures/picture-body.ts';
import type { PictureLimits } from '../pictures/picture-format.ts';
import type { ListenerApp, ListenerAppDeps } from './listener-app.ts';

/** Both generations show pictures in the same way. */
const PROTOCOLS = ['hotpin', 'hotpin-v1'] as const;

/** Where a pin sends its pictures, and asks where it stands. */
export const PIN_PATHS = { image: '/image', state: '/state' } as const;

/** What the routes of HotPin need. */
export interface PinRoutesDeps {
  readonly sessions: PinSessions;
  readonly pictures: PictureLimits;
}

type PinContext = Context<{ Bindings: HttpBindings }>;

/**
 * `POST /image?session=` and `GET /state?session=` of HotPin's server. Firmware uploads a picture as the body, other clients as `file`
 * of a multipart form. Which device it is its token says, not the session: that is another one after a reconnect.
 */
export function addPinRoutes(app: ListenerApp, deps: ListenerAppDeps): void {
  app.post(PIN_PATHS.image, async (c) => {
    const device = deviceOf(c, deps);
    if (typeof device !== 'string') return refused(c, device.problem, device.status);
    const body = await readPicture(c, deps.pins.pictures);
    if ('problem' in body) return refused(c, body.problem, body.status);
    const { picture, format } = body;
    const result = deps.fleet.showPicture(device, picture);
    if (result !== 'accepted') return refused(c, 'this device is switched off, or its line does not work', 503);
    const { width, height } = format;
    return c.json({ type: 'image_received', filename: picture.name, size: picture.bytes.length, width, height });
  });

  app.get(PIN_PATHS.state, (c) => {
    const device = deviceOf(c, deps);
    if (typeof device !== 'string') return refused(c, device.problem, device.status);
    const session = c.req.query('session') ?? '';
    const view = deps.pins.sessions.view(device, session);
    if (!view) return refused(c, 'Session not found', 404);
    const { capabilities } = view;
    return c.json({
      session_id: session,
      state: view.state,
      client_capabilities: capabilities
        ? { psram: capabilities.psram ?? null, max_chunk_bytes: capabilities.max_chunk_bytes ?? null }
        : null,
      audio_buffer: {
        chunks_received: view.chunksReceived,
        total_bytes: view.bytesReceived,
        temp_file_path: view.recordingFile,
      },
      rerecord_attempts: view.rerecordAttempts,
      disk_usage_bytes: view.diskBytes,
      conversation_history_count: view.spoken,
      current_image_path: view.picture ?? null,
      tts_ready: view.hasAnswer,
    });
  });
}

/** Refuses a request that bears no token of a pin, before its body is read. */
export function pinGuard(deps: ListenerAppDeps): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const device = deviceOf(c, deps);
    return typeof device === 'string' ? await next() : refused(c, device.problem, device.status);
  };
}

function deviceOf(
  c: PinContext,
  { arrivalOf, fleet }: ListenerAppDeps,
): string | { readonly problem: string; readonly status: 400 | 401 } {
  const arrival = arrivalOf(c.env.incoming);
  if (!arrival) return { problem: 'this is no path', status: 400 };
  for (const protocol of PROTOCOLS) {
    const found = fleet.recognise(protocol, arrival);
    if (found.type === 'known') return found.name;
  }
  return { problem: 'send the token of the pin: "Authorization: …", or "token" in the query', status: 401 };
}

/** HotPin's server says what is wrong as `detail`; the rest of this listener as `error`. */
function refused(c: Context, problem: string, status: 400 | 401 | 404 | 413 | 415 | 503): Response {
  return c.json({ error: problem, detail: problem }, status);
}
