import type { DeviceTools } from '../../protocols/device-tools.ts';
import type { DeviceCommand, DeviceSession } from '../../protocols/protocol.ts';
import { GuardedTools } from './guarded-tools.ts';

/** What is known of the link's way to the device. */
export interface LinkDelay {
  /** How much of the audio sent waits on its way, milliseconds. */
  readonly waitingMs: number;
  /** Audio is being sent. */
  sending(): void;
}

/**
 * The session as a conversation gets it: what the protocol throws does not reach the conversation, amid its work or in one of
 * its promises. After that the session does nothing any more; its link ends.
 */
export class GuardedSession implements DeviceSession {
  readonly playback: DeviceSession['playback'];
  readonly abilities: DeviceSession['abilities'];
  readonly openedByUser: boolean;
  #tools: GuardedTools | undefined;
  readonly #session: DeviceSession;
  readonly #delay: () => LinkDelay | undefined;
  readonly #onThrow: (error: unknown) => void;
  #broken = false;

  /**
   * @param delay of its link
   * @param onThrow called soon after, when the conversation has done what it was doing
   */
  constructor(session: DeviceSession, delay: () => LinkDelay | undefined, onThrow: (error: unknown) => void) {
    this.playback = session.playback;
    this.abilities = session.abilities;
    this.openedByUser = session.openedByUser ?? false;
    this.#session = session;
    this.#delay = delay;
    this.#onThrow = onThrow;
  }

  get unsentMs(): number {
    if (this.#broken) return 0;
    try {
      return Math.max(this.#session.unsentMs, this.#delay()?.waitingMs ?? 0);
    } catch (error) {
      this.#break(error);
      return 0;
    }
  }

  get tools(): DeviceTools | undefined {
    const { tools } = this.#session;
    if (!tools) return undefined;
    this.#tools ??= new GuardedTools(
      tools,
      () => this.#broken,
      (error) => this.#break(error),
    );
    return this.#tools;
  }

  receiveText(text: string): void {
    this.#session.receiveText(text);
  }

  receiveBinary(bytes: Uint8Array): void {
    this.#session.receiveBinary(bytes);
  }

  missed(): void {
    this.#session.missed?.();
  }

  isUsable(text: string): boolean {
    if (this.#broken) return true;
    try {
      return this.#session.isUsable?.(text) ?? true;
    } catch (error) {
      this.#break(error);
      return true;
    }
  }

  /** Undefined where the session has no use for it. */
  get offerUnheard(): ((samples: Int16Array) => void) | undefined {
    if (!this.#session.offerUnheard) return undefined;
    return (samples) => {
      if (this.#broken) return;
      try {
        this.#session.offerUnheard?.(samples);
      } catch (error) {
        this.#break(error);
      }
    };
  }

  send(command: DeviceCommand): void {
    if (this.#broken) return;
    try {
      this.#session.send(command);
    } catch (error) {
      this.#break(error);
    }
  }

  async prepareToPlay(): Promise<void> {
    if (this.#broken) return;
    try {
      await this.#session.prepareToPlay();
    } catch (error) {
      this.#break(error);
    }
  }

  play(frame: Int16Array): void {
    if (this.#broken) return;
    try {
      this.#session.play(frame);
      this.#delay()?.sending();
    } catch (error) {
      this.#break(error);
    }
  }

  close(): void {
    this.#session.close();
  }

  /** The session is gone: what is asked of it from now on comes too late. */
  end(): void {
    this.#broken = true;
  }

  #break(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    queueMicrotask(() => this.#onThrow(error));
  }
}
