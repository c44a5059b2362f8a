import type { Random } from '../../core/clock.ts';

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 21;

/** Event ids as the original makes them: "event_" and 21 random letters and digits. */
export function eventId(random: Random): string {
  let id = 'event_';
  for (let index = 0; index < ID_LENGTH; index++) id += ALPHANUMERICS[Math.floor(random() * ALPHANUMERICS.length)];
  return id;
}

/** A message from the device, as far as we know it. */
export type DeviceMessage =
  | { readonly type: 'input_audio_buffer.append'; readonly audio: unknown }
  | { readonly type: 'session.update' }
  | { readonly type: 'unknown' };

/** Reads a message of the device; null when it is not a JSON object with a type. */
export function parseDeviceMessage(text: string): DeviceMessage | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || !('type' in json)) return null;
  switch (json.type) {
    case 'input_audio_buffer.append':
      return { type: json.type, audio: 'audio' in json ? json.audio : undefined };
    case 'session.update':
      // The original ignores it: what a device is, devices.json says.
      return { type: json.type };
    default:
      return { type: 'unknown' };
  }
}

/** How the audio message begins as every implementation known writes it: JSON of JavaScript and C, and of Python. */
const AUDIO_BEGINNINGS = [
  '{"type":"input_audio_buffer.append","audio":"',
  '{"type": "input_audio_buffer.append", "audio": "',
] as const;

/**
 * The audio field of a message that begins as the usual ones do and holds nothing behind it: null for any other, which says
 * nothing of its worth. What comes back is the field as it stands in the JSON; only when it is base64 is that its value.
 */
export function audioFieldOf(text: string): string | null {
  for (const beginning of AUDIO_BEGINNINGS) {
    if (!text.startsWith(beginning)) continue;
    const end = text.indexOf('"', beginning.length);
    return end === text.length - 2 && text.endsWith('}') ? text.slice(beginning.length, end) : null;
  }
  return null;
}
