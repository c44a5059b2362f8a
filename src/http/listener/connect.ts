import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { describeIssues } from '../../config/json/describe-issues.ts';
import type { Arrival } from '../../transport/arrival.ts';
import type { OfferResult } from '../../transport/webrtc/webrtc-offers.ts';
import type { ListenerApp } from './listener-app.ts';

/** An offer of the most characters, each written as six (`\u0000`), with what stands around it. */
export const MAX_CONNECT_BYTES = 6 * 32_768 + 4_096;

/** How long a browser remembers that a page may ask, seconds. */
const PREFLIGHT_SECONDS = 600;

/** What `POST /connect` needs. */
export interface ConnectDeps {
  /** What a request says; undefined when its target is none. */
  readonly arrivalOf: (request: IncomingMessage) => Arrival | undefined;
  /** Answers a device's offer. */
  readonly answerOffer: (id: string, sdp: string, arrival: Arrival) => Promise<OfferResult>;
  /** Origins of web pages that may connect; `*`: any. */
  readonly origins: readonly string[];
}

/** What a device sends. Naila's also say which rate and codecs they would like; the audio is Opus at 48 kHz, as their offer says. */
const connectBody = z.object({
  device_id: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,128}$/, 'use 1 to 128 visible ASCII characters without spaces'),
  sdp: z.string().min(1, 'it is empty'),
  preferred_output_sample_rate: z.number().int().min(8_000).max(192_000).nullish(),
  supported_output_codecs: z.array(z.string().max(64)).max(32).nullish(),
});

/**
 * `POST /connect`: the offer of a device that speaks WebRTC, answered with the answer and all its candidates, as Naila's hub does
 * (LilliDarling/robo-naila). Errors are `{error}`.
 */
export function addConnectRoute(app: ListenerApp, deps: ConnectDeps): void {
  app.use('/connect', pagesGuard(deps.origins));
  app.options('/connect', (c) => c.body(null, 204));
  app.post('/connect', async (c) => {
    const arrival = deps.arrivalOf(c.env.incoming);
    const sent = await jsonOf(c);
    const body = connectBody.safeParse(sent);
    if (!arrival) return c.json({ error: 'this is no path' }, 400);
    if (!body.success) return c.json({ error: problemOf(body.error, sent) }, 400);
    const { device_id: id, sdp } = body.data;
    const result = await deps.answerOffer(id, sdp, arrival);
    if (result.ok) return c.json({ sdp: result.sdp });
    if (result.status === 503) c.header('Retry-After', '15');
    return c.json({ error: result.error }, result.status);
  });
}

/** Lets pages of these origins ask, and refuses those of others. What sends no origin is no page. */
export function pagesGuard(origins: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin === undefined) return await next();
    if (!origins.includes('*') && !origins.includes(origin)) {
      return c.json({ error: 'pages of this origin may not connect: add it to WEBRTC_ORIGINS' }, 403);
    }
    await next();
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Vary', 'Origin');
    if (c.req.method !== 'OPTIONS') return;
    c.header('Access-Control-Allow-Methods', 'GET, POST');
    c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
    // Chromium asks for it before a page of the internet may reach a machine of the home.
    c.header('Access-Control-Allow-Private-Network', 'true');
  };
}

/** The body; undefined when it is no JSON. */
async function jsonOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return undefined;
  }
}

function problemOf({ issues }: z.ZodError, sent: unknown): string {
  if (issues.some(({ path }) => path.length === 0)) return 'the body must be JSON: {"device_id": "...", "sdp": "..."}';
  return describeIssues(issues, sent, []).join('; ');
}
