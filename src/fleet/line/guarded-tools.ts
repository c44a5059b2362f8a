import { DialtoneError, isAbort } from '../../core/errors.ts';
import type { DeviceTool, DeviceToolResult, DeviceTools } from '../../protocols/device-tools.ts';

/**
 * The functions of a session as others than its line get them: they may be kept longer than the session lives, and what the
 * protocol throws by mistake reaches no caller.
 */
export class GuardedTools implements DeviceTools {
  readonly #tools: DeviceTools;
  readonly #isOver: () => boolean;
  readonly #onThrow: (error: unknown) => void;

  /**
   * @param isOver whether the session is gone, or did something wrong
   * @param onThrow told of a defect
   */
  constructor(tools: DeviceTools, isOver: () => boolean, onThrow: (error: unknown) => void) {
    this.#tools = tools;
    this.#isOver = isOver;
    this.#onThrow = onThrow;
  }

  list(): readonly DeviceTool[] {
    if (this.#isOver()) return [];
    try {
      return this.#tools.list();
    } catch (error) {
      this.#onThrow(error);
      return [];
    }
  }

  get loadAvatarSet(): DeviceTools['loadAvatarSet'] {
    const load = this.#isOver() ? undefined : this.#tools.loadAvatarSet;
    return load && ((set) => this.#guarded(() => load(set)));
  }

  call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    return this.#guarded(() => this.#tools.call(name, args, signal), signal);
  }

  async #guarded<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isOver()) throw new DialtoneError('link_lost', 'the device is not connected any more');
    try {
      return await work();
    } catch (error) {
      if (error instanceof DialtoneError || isAbort(error) || signal?.aborted) throw error;
      this.#onThrow(error);
      throw new DialtoneError('internal', 'the function failed here; the log says why', { cause: error });
    }
  }
}
