import { canonicalId } from './device-id.ts';
import type { DeviceConfig } from './devices-schema.ts';

/**
 * Finds devices that dial in and could not be told apart: of one protocol, with the same id, or with the same token and no id.
 * Take the devices in the order of the file: the first one has the identity.
 */
export class Identities {
  readonly #first = new Map<string, number>();

  /** What is wrong with the device, a line that begins with its key; undefined: it is the first of its identity. */
  add(device: DeviceConfig, index: number): string | undefined {
    const key = keyOf(device);
    if (key === undefined) return undefined;
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, index);
      return undefined;
    }
    return device.id === undefined
      ? `token: devices[${first}] bears the same token and has no "id" either: give each device its "id", or a token of its own`
      : `id: devices[${first}] has the same id: each device needs its own; found "${device.id}"`;
  }
}

/** Holds a token: never shown. */
function keyOf({ direction, protocol, id, token }: DeviceConfig): string | undefined {
  if (direction !== 'accept') return undefined;
  if (id !== undefined) return `${protocol} id ${canonicalId(id)}`;
  return token && `${protocol} token ${token.reveal()}`;
}
