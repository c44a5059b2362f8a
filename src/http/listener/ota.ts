import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ListenerApp, ListenerAppDeps } from './listener-app.ts';

/** Firmware tells of itself in 2 to 4 kB. */
export const MAX_OTA_BYTES = 16_384;

/** Where firmware asks, as its owner has typed it: with a slash at the end, or without. */
export const OTA_PATHS = ['/xiaozhi/ota/', '/xiaozhi/ota'] as const;

/** Firmware adds "activate" to a path that ends with a slash, and "/activate" to another. */
export const ACTIVATE_PATH = '/xiaozhi/ota/activate';

const PROTOCOL = 'xiaozhi';

/** How long firmware waits for its owner before it asks again, milliseconds. */
const ACTIVATION_MS = 30_000;

/** Version of the binary messages that devices are told to use: every firmware knows the first, and nothing is missing in it. */
const FRAME_VERSION = 1;

/**
 * `/xiaozhi/ota/`: what firmware asks at every start (78/xiaozhi-esp32 2.4.2, `Ota::CheckVersion`): where to dial, with which
 * token, and what time it is. It is never told of MQTT, which it would use instead, nor of firmware. A device that its owner has
 * not let in yet is given a code, which it reads aloud.
 */
export function addOtaRoutes(app: ListenerApp, deps: ListenerAppDeps): void {
  for (const path of OTA_PATHS) app.on(['GET', 'POST'], path, (c) => answer(c, deps));
  app.post(ACTIVATE_PATH, (c) => {
    const arrival = deps.arrivalOf(c.env.incoming);
    const isConfirmed = arrival !== undefined && deps.fleet.isConfirmed(PROTOCOL, arrival);
    return isConfirmed ? c.json({ message: 'welcome' }, 200) : c.json({ message: 'waiting for the owner' }, 202);
  });
}

function answer(
  c: Context<{ Bindings: HttpBindings }>,
  { arrivalOf, baseUrl, clock, fleet }: ListenerAppDeps,
): Response {
  const arrival = arrivalOf(c.env.incoming);
  const base = arrival && baseUrl(arrival);
  if (!arrival || base === undefined) {
    return c.json(
      { error: 'the header "Host" is missing; set LISTEN_URL to the address that devices are to dial' },
      400,
    );
  }
  const provision = fleet.provision(PROTOCOL, arrival);
  if (provision.type === 'nameless') return c.json({ error: 'the header "Device-Id" is missing' }, 400);
  const now = clock.wallNow();
  const url = `${base.replace(/^http/, 'ws')}/xiaozhi/v1/`;
  const isWelcome = provision.type === 'welcome';
  return c.json({
    server_time: { timestamp: now, timezone_offset: -new Date(now).getTimezoneOffset() },
    websocket: {
      url,
      version: FRAME_VERSION,
      ...(isWelcome && provision.token !== undefined ? { token: provision.token } : {}),
    },
    ...(isWelcome ? {} : { activation: activation(provision.code) }),
  });
}

function activation(code: string) {
  return {
    code,
    // Firmware shows this, and reads the digits of the code aloud.
    message: `dialtone\n${code}`,
    // Without a challenge firmware does not ask whether it is confirmed; what it makes of it is not looked at.
    challenge: code,
    timeout_ms: ACTIVATION_MS,
  };
}
