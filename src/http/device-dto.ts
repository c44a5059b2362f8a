import { z } from '@hono/zod-openapi';
import { CONVERSATION_ACTIVITIES } from '../conversation/view.ts';
import { cleanText, MAX_SPEECH } from '../core/clean-text.ts';
import { WARNING_CODES } from '../core/warnings.ts';
import { DEVICE_STATES, type DeviceStatus } from '../fleet/fleet.ts';
import { isEnabled } from '../telemetry/is-enabled.ts';

// Every answer is built key by key from these lists: what is not named here never leaves the process.

const time = z.iso.datetime();

/** A device as GET /v1/devices shows it. */
export const deviceSchema = z
  .object({
    name: z.string(),
    host: z.string().nullable().openapi({ description: 'null: the device dials in.' }),
    port: z.int().nullable(),
    direction: z.enum(['dial', 'accept']).openapi({ description: 'Which side opens its connections.' }),
    id: z.string().nullable().openapi({ description: 'What a device that dials in says it is.' }),
    protocol: z.string(),
    path: z.string().nullable().openapi({ description: "null: the protocol's own." }),
    audio_format: z.string(),
    voice: z.string(),
    enabled: z.boolean(),
    auto_reconnect: z.boolean(),
    reconnect_delay: z.number().openapi({ description: 'Seconds.' }),
  })
  .openapi('DeviceInfo');

/** A device as GET /v1/devices/status shows it. */
export const deviceStatusSchema = z
  .object({
    connected: z.boolean(),
    device_host: z.string().nullable().openapi({ description: 'null: the device dials in.' }),
    device_port: z.int().nullable(),
    voice: z.string(),
    auto_reconnect: z.boolean(),
    enabled: z.boolean(),
    state: z.enum(DEVICE_STATES),
    since: time.openapi({ description: 'When it came into this state.' }),
    down_since: time.nullable().openapi({
      description:
        'Since when it has not been connected although it is to be, however often it was dialled meanwhile. null: it is connected, switched off, or not yet dialled.',
    }),
    attempts: z.int().openapi({ description: 'Dials since the line was last up; 0 while it is.' }),
    last_error: z.object({ code: z.string(), message: z.string(), at: time }).nullable(),
    next_retry_at: time.nullable(),
    warnings: z.array(z.object({ code: z.enum(WARNING_CODES), message: z.string(), at: time })).openapi({
      description: 'What its owner should change, each once: noticed since the start, or since its entry was changed.',
    }),
    last_seen_at: time.nullable().openapi({ description: 'When anything last came from the device.' }),
    rtt_ms: z.number().nullable().openapi({ description: 'Round trip of the last answered ping.' }),
    flapping: z.boolean().openapi({ description: 'The line keeps coming and going.' }),
    connections: z.int().openapi({ description: 'How often the line came up so far.' }),
    override: z
      .enum(['enabled', 'disabled'])
      .nullable()
      .openapi({ description: 'Switched over REST, unlike devices.json says; until the next reload.' }),
    activity: z.enum(CONVERSATION_ACTIVITIES),
    reported: z
      .object({
        uptime_ms: z.number().nullable(),
        heap_free_bytes: z.number().nullable(),
        wifi_rssi_dbm: z.number().nullable(),
      })
      .nullable()
      .openapi({ description: 'What the device last said of itself.' }),
  })
  .openapi('DeviceStatus');

/** A device as GET /v1/devices/{name} shows it: all that is known of it. Tokens and header values are never shown. */
export const deviceDetailSchema = deviceStatusSchema
  .extend({
    name: z.string(),
    turn: z
      .object({
        number: z.int(),
        started_at: time,
        heard: z.string().nullable().openapi({ description: 'null with LOG_TRANSCRIPTS=false.' }),
      })
      .nullable()
      .openapi({ description: 'The turn in progress; null between turns.' }),
    config: deviceSchema
      .extend({
        instructions: z
          .object({ type: z.string(), language: z.string().nullable() })
          .openapi({ description: 'Without their text.' }),
        tls: z
          .object({
            ca_file: z.string().nullable(),
            fingerprint: z.string().nullable(),
            servername: z.string().nullable(),
          })
          .nullable()
          .openapi({ description: 'null: plain ws.' }),
        token_set: z.boolean(),
        allow_plaintext_token: z.boolean(),
        headers_set: z.array(z.string()).openapi({ description: 'Names only.' }),
      })
      .openapi({ description: 'As devices.json says.' }),
  })
  .openapi('Device');

/** How many devices there are. */
export const summarySchema = z.object({ total: z.int(), enabled: z.int(), connected: z.int() }).openapi('FleetSummary');

export function toDeviceInfo({ config }: DeviceStatus): z.output<typeof deviceSchema> {
  return {
    name: config.name,
    ...addressOf(config),
    direction: config.direction,
    id: config.id ?? null,
    protocol: config.protocol,
    // A query may hold a key.
    path: config.path?.replace(/\?.*$/, '?…') ?? null,
    // Shown for every device, as it always was; it means something for one kind only.
    audio_format: String(config.options.audio_format ?? 'auto'),
    voice: config.voice,
    enabled: config.enabled,
    auto_reconnect: config.autoReconnect,
    reconnect_delay: config.reconnectDelayMs / 1000,
  };
}

function addressOf({ direction, host, port }: DeviceStatus['config']): { host: string | null; port: number | null } {
  return direction === 'accept' ? { host: null, port: null } : { host, port };
}

export function toDeviceStatus(status: DeviceStatus): z.output<typeof deviceStatusSchema> {
  const { config, lastError, reported } = status;
  const { host, port } = addressOf(config);
  return {
    connected: status.state === 'ready',
    device_host: host,
    device_port: port,
    voice: config.voice,
    auto_reconnect: config.autoReconnect,
    enabled: isEnabled(status),
    state: status.state,
    since: iso(status.since),
    down_since: status.downSince === null ? null : iso(status.downSince),
    attempts: status.attempts,
    last_error: lastError && {
      code: lastError.code,
      message: cleanText(lastError.message),
      at: iso(lastError.at),
    },
    warnings: status.warnings.map(({ code, message, at }) => ({ code, message: cleanText(message), at: iso(at) })),
    next_retry_at: status.nextRetryAt === null ? null : iso(status.nextRetryAt),
    last_seen_at: status.lastSeenAt === null ? null : iso(status.lastSeenAt),
    rtt_ms: status.rttMs,
    flapping: status.flapping,
    connections: status.connections,
    override: status.override,
    activity: status.activity,
    reported: reported && {
      uptime_ms: reported.uptimeMs ?? null,
      heap_free_bytes: reported.heapFreeBytes ?? null,
      wifi_rssi_dbm: reported.wifiRssiDbm ?? null,
    },
  };
}

/** Every device's status by its name. */
export function toStatusByName(devices: readonly DeviceStatus[]): Record<string, z.output<typeof deviceStatusSchema>> {
  // fromEntries makes own properties only, whatever a device is called.
  return Object.fromEntries(devices.map((device) => [device.config.name, toDeviceStatus(device)]));
}

export function toDeviceDetail(
  status: DeviceStatus,
  { transcripts }: { readonly transcripts: boolean },
): z.output<typeof deviceDetailSchema> {
  const { instructions, tls, token, allowPlaintextToken, headers } = status.config;
  return {
    name: status.config.name,
    ...toDeviceStatus(status),
    turn: status.turn && {
      number: status.turn.number,
      started_at: iso(status.turn.startedAt),
      heard: transcripts ? cleanText(status.turn.heard, MAX_SPEECH) : null,
    },
    config: {
      ...toDeviceInfo(status),
      instructions: {
        type: instructions.type,
        language: 'language' in instructions ? (instructions.language ?? null) : null,
      },
      tls: tls && {
        ca_file: tls.caFile ?? null,
        fingerprint: tls.fingerprint ?? null,
        servername: tls.servername ?? null,
      },
      token_set: token !== undefined,
      allow_plaintext_token: allowPlaintextToken,
      headers_set: Object.keys(headers),
    },
  };
}

export function summarise(devices: readonly DeviceStatus[]): z.output<typeof summarySchema> {
  let enabled = 0;
  let connected = 0;
  for (const device of devices) {
    if (isEnabled(device)) enabled += 1;
    if (device.state === 'ready') connected += 1;
  }
  return { total: devices.length, enabled, connected };
}

/** Wall-clock milliseconds as ISO 8601. */
export function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
