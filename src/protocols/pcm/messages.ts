import { z } from 'zod';
import type { DeviceEvent } from '../protocol.ts';

/** A longer text is not parsed: these devices send a few dozen bytes. */
const MAX_CHARACTERS = 16_384;

const statusSchema = z.object({
  uptime_ms: z.number().nonnegative().optional().catch(undefined),
  heap_free: z.number().nonnegative().optional().catch(undefined),
  wifi_rssi: z.number().min(-200).max(50).optional().catch(undefined),
});

const eventSchema = z.object({ source: z.string(), action: z.string() });

const envelopeSchema = z.object({ type: z.string(), payload: z.unknown().optional() });

/** Reads a text message of a device: `client_status` or `event`. Anything else is a `dropped`. Never throws. */
export function parsePcmMessage(text: string): DeviceEvent {
  const json = parseJson(text);
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return { type: 'dropped', reason: 'bad_json' };
  const { type, payload } = envelope.data;
  switch (type) {
    case 'client_status':
      return statusEvent(payload);
    case 'event':
      return buttonEvent(payload);
    default:
      return { type: 'dropped', reason: 'unknown_type' };
  }
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusEvent(payload: unknown): DeviceEvent {
  const status = statusSchema.safeParse(payload);
  if (!status.success) return { type: 'dropped', reason: 'bad_json' };
  const { uptime_ms, heap_free, wifi_rssi } = status.data;
  return {
    type: 'status',
    ...(uptime_ms === undefined ? {} : { uptimeMs: uptime_ms }),
    ...(heap_free === undefined ? {} : { heapFreeBytes: heap_free }),
    ...(wifi_rssi === undefined ? {} : { wifiRssiDbm: wifi_rssi }),
  };
}

function buttonEvent(payload: unknown): DeviceEvent {
  const event = eventSchema.safeParse(payload);
  if (!event.success) return { type: 'dropped', reason: 'bad_json' };
  if (event.data.source !== 'button') return { type: 'dropped', reason: 'unknown_type' };
  switch (event.data.action) {
    case 'press':
    case 'pressed':
    case 'down':
      return { type: 'speech_button', pressed: true };
    case 'release':
    case 'released':
    case 'up':
      return { type: 'speech_button', pressed: false };
    default:
      return { type: 'dropped', reason: 'unknown_type' };
  }
}
