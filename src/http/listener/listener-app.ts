import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { OpusCodec } from '../../audio/opus/opus.ts';
import type { RecordingResult } from '../../conversation/proactive/requests.ts';
import type { Clock } from '../../core/clock.ts';
import type { Recognition } from '../../fleet/accepting/accept-index.ts';
import type { Provision } from '../../fleet/accepting/acceptor.ts';
import type { Fleet, SpeechRefusal } from '../../fleet/fleet.ts';
import type { Pictures } from '../../protocols/pictures.ts';
import type { Arrival } from '../../transport/arrival.ts';
import { bodyLimit } from '../body-limit.ts';
import { maxPictureBody } from '../pictures/picture-body.ts';
import { AUDIO_PATH, addAudioRoute, MAX_AUDIO_BYTES } from './audio.ts';
import { addCaptureRoute, captureGuard, MAX_CAPTURE_BYTES } from './capture.ts';
import { addConnectRoute, type ConnectDeps, MAX_CONNECT_BYTES } from './connect.ts';
import { answerDownload, isDownload } from './download.ts';
import { addHealthRoute, type HealthDeps } from './health.ts';
import type { OneTimeDownloads } from './one-time-downloads.ts';
import { ACTIVATE_PATH, addOtaRoutes, MAX_OTA_BYTES, OTA_PATHS } from './ota.ts';
import { addPinRoutes, PIN_PATHS, type PinRoutesDeps, pinGuard } from './pins.ts';

/** What the routes beside the WebSocket of devices that dial in need. */
export interface ListenerAppDeps extends ConnectDeps, HealthDeps {
  readonly fleet: {
    provision(protocol: string, arrival: Arrival): Provision;
    isConfirmed(protocol: string, arrival: Arrival): boolean;
    recognise(protocol: string, arrival: Arrival): Recognition;
    hearRecording(device: string, samples: Int16Array): SpeechRefusal | Promise<RecordingResult>;
  } & Pick<Fleet, 'showPicture'>;
  readonly codec: OpusCodec;
  readonly pictures: Pictures;
  readonly downloads: OneTimeDownloads;
  /** What the routes of HotPin need. */
  readonly pins: PinRoutesDeps;
  readonly clock: Clock;
  /** The address of the listener as the device is to use it, without a path. */
  readonly baseUrl: (arrival: Arrival) => string | undefined;
  /** Told of a request that failed through our fault; the device learns no more than that. */
  readonly onError: (error: unknown) => void;
}

/** The app of the listener, whose requests come from the server of this process. */
export type ListenerApp = Hono<{ Bindings: HttpBindings }>;

/** Routes that take a body, and how much of it, bytes. */
const BODY_BYTES: ReadonlyMap<string, number> = new Map([
  ['/capture', MAX_CAPTURE_BYTES],
  [AUDIO_PATH, MAX_AUDIO_BYTES],
  ['/connect', MAX_CONNECT_BYTES],
  ...[...OTA_PATHS, ACTIVATE_PATH].map((path) => [path, MAX_OTA_BYTES] as const),
]);

/** Answers what devices ask over HTTP, beside the WebSocket that they dial. */
export function createListenerAnswer(
  deps: ListenerAppDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  const app: ListenerApp = new Hono();
  app.onError((error, c) => {
    deps.onError(error);
    return c.json({ error: 'something went wrong here; the log says what' }, 500);
  });
  app.notFound((c) => c.json({ error: 'there is nothing at this path' }, 404));
  // Nothing is read of what comes without a token.
  for (const path of ['/capture', AUDIO_PATH]) app.use(path, captureGuard(deps));
  for (const path of Object.values(PIN_PATHS)) app.use(path, pinGuard(deps));
  const bytes = new Map([...BODY_BYTES, [PIN_PATHS.image, maxPictureBody(deps.pins.pictures.maxBytes)]]);
  // Devices know one kind of errors.
  app.use(bodyLimit(bytes, new Set(), new Set(), (c, status, _code, error) => c.json({ error }, status)));
  addOtaRoutes(app, deps);
  addCaptureRoute(app, deps);
  addAudioRoute(app, deps);
  addConnectRoute(app, deps);
  addHealthRoute(app, deps);
  addPinRoutes(app, deps);
  const listener = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    overrideGlobalObjects: false,
  });
  return (request, response) => {
    if (!isDownload(request)) return void listener(request, response);
    answerDownload(request, response, deps).catch((error) => {
      deps.onError(error);
      response.destroy();
    });
  };
}
