import type { Clock } from '../core/clock.ts';
import type { DeviceTool, DeviceToolResult, DeviceTools } from '../protocols/device-tools.ts';
import type { FleetEvent } from './events.ts';

/** What telling of calls needs. */
interface ReportedToolsOptions {
  /** Name of the device. */
  readonly device: string;
  readonly clock: Clock;
  readonly report: (event: FleetEvent) => void;
}

/** The functions of a device for callers outside of a conversation: every call is reported. */
export class ReportedTools implements DeviceTools {
  readonly #tools: DeviceTools;
  readonly #options: ReportedToolsOptions;

  constructor(tools: DeviceTools, options: ReportedToolsOptions) {
    this.#tools = tools;
    this.#options = options;
  }

  list(): readonly DeviceTool[] {
    return this.#tools.list();
  }

  get loadAvatarSet(): DeviceTools['loadAvatarSet'] {
    return this.#tools.loadAvatarSet;
  }

  async call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    const { device, clock, report } = this.#options;
    const startedAtMs = clock.now();
    let ok = false;
    try {
      const result = await this.#tools.call(name, args, signal);
      ok = !result.isError;
      return result;
    } finally {
      report({ type: 'tool.call', device, turn: null, tool: name, startedAtMs, endedAtMs: clock.now(), ok });
    }
  }
}
