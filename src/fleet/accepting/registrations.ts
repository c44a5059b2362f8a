import { createHash, randomBytes } from 'node:crypto';
import { canonicalId } from '../../config/device-id.ts';
import type { Registration, RegistrationKeeping } from '../../config/registration.ts';
import type { IssuedTokens } from './accept-index.ts';

/** So many devices are remembered; beyond it the one that was given a token longest ago is forgotten. */
const MAX_REGISTRATIONS = 10_000;

/** So many tokens of one device are right: it may not have got the newest one. */
const MAX_TOKENS = 3;

/** The devices that dialtone has given tokens to. */
export class Registrations implements IssuedTokens {
  readonly #byId = new Map<string, Registration>();
  readonly #changed: () => void;

  /** Without `keeping` they end with the process. */
  constructor(keeping?: RegistrationKeeping) {
    for (const one of keeping?.kept ?? []) this.#byId.set(keyOf(one.protocol, one.id), one);
    const all = () => [...this.#byId.values()];
    this.#changed = () => keeping?.changed(all);
  }

  /** Devices that have no entry and were let in by their owner. */
  get confirmed(): readonly { readonly protocol: string; readonly id: string; readonly name: string }[] {
    return [...this.#byId.values()].flatMap(({ protocol, id, name }) =>
      name === null ? [] : [{ protocol, id, name }],
    );
  }

  check(protocol: string, id: string, token: string | undefined): 'right' | 'wrong' | 'none' {
    const known = this.#byId.get(keyOf(protocol, id));
    if (!known) return 'none';
    // One that its owner has let in by its code asks for its token before it dials.
    if (known.tokens.length === 0) return known.client === null ? 'none' : 'wrong';
    // A comparison of hashes tells nothing of how near a guess was.
    const at = token === undefined ? -1 : known.tokens.indexOf(hashOf(token));
    if (at < 0) return 'wrong';
    // It has got the newest one: those before are of no use any more.
    if (at === 0 && known.tokens.length > 1) this.#put({ ...known, tokens: known.tokens.slice(0, 1) });
    return 'right';
  }

  /**
   * Gives a device a new token.
   * @param client the second id that the device says; empty: none
   * @returns undefined when another device was given one under this id
   */
  issue(protocol: string, id: string, client: string): string | undefined {
    const canonical = canonicalId(id);
    const known = this.#byId.get(keyOf(protocol, canonical));
    const hash = client === '' ? null : hashOf(client);
    const isTaken = known !== undefined && (known.tokens.length > 0 || known.client !== null);
    if (isTaken && known.client !== hash) return undefined;
    const token = randomBytes(24).toString('base64url');
    const tokens = [hashOf(token), ...(known?.tokens ?? [])].slice(0, MAX_TOKENS);
    this.#put({ protocol, id: canonical, name: known?.name ?? null, client: hash, tokens });
    return token;
  }

  /**
   * The owner has let a device in that has no entry. Tokens of before are right no more.
   * @param client as of `issue`: the next token is for the device alone that says it
   */
  confirm(protocol: string, id: string, name: string, client = ''): void {
    const hash = client === '' ? null : hashOf(client);
    this.#put({ protocol, id: canonicalId(id), name, client: hash, tokens: [] });
  }

  /**
   * The device under this id is another one from now on: tokens of before are right no more.
   * @param client as of `issue`: the next token is for the device alone that says it. Empty: for the first that asks
   */
  renew(protocol: string, id: string, client = ''): void {
    const canonical = canonicalId(id);
    const name = this.#byId.get(keyOf(protocol, canonical))?.name ?? null;
    if (name !== null || client !== '') {
      this.#put({ protocol, id: canonical, name, client: client === '' ? null : hashOf(client), tokens: [] });
    } else if (this.#byId.delete(keyOf(protocol, canonical))) this.#changed();
  }

  #put(registration: Registration): void {
    const key = keyOf(registration.protocol, registration.id);
    this.#byId.delete(key);
    this.#byId.set(key, registration);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MAX_REGISTRATIONS) break;
      this.#byId.delete(oldest);
    }
    this.#changed();
  }
}

function keyOf(protocol: string, id: string): string {
  return `${protocol} ${id}`;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
