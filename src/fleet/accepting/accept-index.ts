import { ANY_ID, canonicalId } from '../../config/device-id.ts';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import { digestOf, isSameSecret } from '../../config/same-secret.ts';
import type { Identity } from './identity.ts';

/** Tokens that dialtone has given to devices itself. */
export interface IssuedTokens {
  /** `none`: no token was given to this device. */
  check(protocol: string, id: string, token: string | undefined): 'right' | 'wrong' | 'none';
}

/** Which device dials in. `wrong_token`: it is known, but bears no token or another one. */
export type Recognition =
  | { readonly type: 'known'; readonly name: string }
  | { readonly type: 'wrong_token'; readonly name: string }
  | { readonly type: 'unknown' };

/** Finds the device that dials in, among those whose entry says that they do. */
export class AcceptIndex {
  readonly #byId = new Map<string, DeviceConfig>();
  readonly #byToken = new Map<string, DeviceConfig>();
  readonly #any = new Map<string, DeviceConfig>();
  readonly #issued: IssuedTokens | undefined;

  /** @param devices of which those count that dial in */
  constructor(devices: Iterable<DeviceConfig>, issued?: IssuedTokens) {
    this.#issued = issued;
    for (const device of devices) {
      if (device.direction !== 'accept') continue;
      const { protocol, id, token } = device;
      if (id === ANY_ID) this.#any.set(protocol, device);
      else if (id !== undefined) this.#byId.set(`${protocol} ${canonicalId(id)}`, device);
      else if (token) this.#byToken.set(`${protocol} ${hashOf(token.reveal())}`, device);
    }
  }

  /** The device whose entry has one of these ids, or is for any; undefined: there is none. Tokens do not count. */
  named(protocol: string, ids: readonly string[]): DeviceConfig | undefined {
    for (const id of ids) {
      const device = this.#byId.get(`${protocol} ${canonicalId(id)}`);
      if (device) return device;
    }
    return this.#any.get(protocol);
  }

  /** Whether it is a device with an entry of its own, which is not for any. */
  isMeant(protocol: string, { ids, token }: Identity): boolean {
    const isNamed = ids.some((id) => this.#byId.has(`${protocol} ${canonicalId(id)}`));
    return isNamed || (token !== undefined && this.#byToken.has(`${protocol} ${hashOf(token)}`));
  }

  /** A device that says a known id is that one, or none; then its token is looked for, then the entry for any. */
  find(protocol: string, { ids, token }: Identity): Recognition {
    for (const id of ids) {
      const device = this.#byId.get(`${protocol} ${canonicalId(id)}`);
      if (device) return this.#checked(device, id, token);
    }
    // A look-up by a hash tells nothing of how near a guess was.
    const borne = token === undefined ? undefined : this.#byToken.get(`${protocol} ${hashOf(token)}`);
    if (borne) return { type: 'known', name: borne.name };
    const any = this.#any.get(protocol);
    return any ? this.#checked(any, ids[0], token) : { type: 'unknown' };
  }

  #checked(device: DeviceConfig, id: string, token: string | undefined): Recognition {
    const { name, protocol } = device;
    const isRight = device.token
      ? token !== undefined && isSameSecret(device.token.reveal(), token)
      : this.#issued?.check(protocol, canonicalId(id), token) !== 'wrong';
    return { type: isRight ? 'known' : 'wrong_token', name };
  }
}

function hashOf(token: string): string {
  return digestOf(token).toString('hex');
}
