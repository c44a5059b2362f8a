import type { DeviceConfig } from '../config/devices-schema.ts';

/** So many devices are remembered: as many as a devices.json may hold. Beyond it the one not met for longest is forgotten. */
const MAX_DEVICES = 10_000;

type Known = Pick<DeviceConfig, 'name' | 'host' | 'port' | 'path'>;

/**
 * What a protocol has learned of each device, for the device's next line: one word of the protocol's own. It is not believed
 * of a device of the same name at another address. In memory only: it ends with the process.
 */
export class DeviceMemory {
  readonly #words = new Map<string, { readonly address: string; readonly word: string }>();

  /** What was last noted of the device; undefined when nothing was. */
  recall(device: Known): string | undefined {
    const noted = this.#words.get(device.name);
    return noted?.address === addressOf(device) ? noted.word : undefined;
  }

  note(device: Known, word: string): void {
    this.#words.delete(device.name);
    this.#words.set(device.name, { address: addressOf(device), word });
    for (const oldest of this.#words.keys()) {
      if (this.#words.size <= MAX_DEVICES) return;
      this.#words.delete(oldest);
    }
  }
}

function addressOf({ host, port, path }: Known): string {
  return `${host.toLowerCase()}:${port}${path ?? ''}`;
}
