import { canonicalId } from '../../config/device-id.ts';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import { adoptedName } from './adopted-name.ts';

/** So many are kept; beyond it one that is away is forgotten, the oldest first. */
const MAX_ADOPTED = 1_000;

/** A device that its owner has let in. */
interface ConfirmedDevice {
  readonly protocol: string;
  readonly id: string;
  readonly name: string;
}

/** Devices that dialled in, are in no entry, and were taken all the same: `ACCEPT_UNKNOWN`. In memory only: they come again. */
export class AdoptedDevices {
  readonly #isOn: boolean;
  /** Those that their owner has let in, from before. */
  readonly #confirmed: readonly ConfirmedDevice[];
  /** By name, the oldest first. */
  readonly #devices = new Map<string, DeviceConfig>();
  #templates: ReadonlyMap<string, DeviceConfig> = new Map();

  /**
   * @param isOn whether unknown devices are taken without being confirmed
   * @param confirmed those that their owner has let in before this process began
   */
  constructor(isOn: boolean, confirmed: readonly ConfirmedDevice[] = []) {
    this.#isOn = isOn;
    this.#confirmed = confirmed;
  }

  /** The adopted devices under new templates; one that now has an entry of its own is adopted no more. */
  under(templates: ReadonlyMap<string, DeviceConfig>, inFile: readonly DeviceConfig[]): readonly DeviceConfig[] {
    this.#templates = templates;
    const ids = new Set(inFile.flatMap(({ protocol, id }) => (id === undefined ? [] : [keyOf(protocol, id)])));
    const names = new Set(inFile.map(({ name }) => name));
    for (const { protocol, id, name } of this.#confirmed) {
      const template = templates.get(protocol);
      if (template && !this.#devices.has(name)) this.#devices.set(name, { ...template, name, id });
    }
    for (const [name, { protocol, id = '' }] of this.#devices) {
      const template = templates.get(protocol);
      if (!template || names.has(name) || ids.has(keyOf(protocol, id))) this.#devices.delete(name);
      else this.#devices.set(name, { ...template, name, id });
    }
    return [...this.#devices.values()];
  }

  /**
   * Takes a device.
   * @param isTaken whether a device of this name exists
   * @param isAway whether an adopted device has no link
   * @param isConfirmed its owner lets it in
   * @returns the device, unless it may not be taken; and the name of the one that is forgotten for it
   */
  adopt(
    protocol: string,
    id: string,
    isTaken: (name: string) => boolean,
    isAway: (name: string) => boolean,
    isConfirmed = false,
  ): { readonly adopted?: DeviceConfig; readonly forgotten?: string } {
    const template = this.#templates.get(protocol);
    if (!(this.#isOn || isConfirmed) || !template) return {};
    let forgotten: string | undefined;
    if (this.#devices.size >= MAX_ADOPTED) {
      forgotten = [...this.#devices.keys()].find(isAway);
      if (forgotten === undefined) return {};
      this.#devices.delete(forgotten);
    }
    const name = adoptedName(protocol, id, isTaken);
    const adopted: DeviceConfig = { ...template, name, id };
    this.#devices.set(name, adopted);
    return { adopted, ...(forgotten === undefined ? {} : { forgotten }) };
  }
}

function keyOf(protocol: string, id: string): string {
  return `${protocol} ${canonicalId(id)}`;
}
