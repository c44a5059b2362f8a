import { DialtoneError } from '../../core/errors.ts';
import type { DeviceTool, DeviceToolResult, DeviceTools } from '../device-tools.ts';
import { MAX_COMMAND_CHARACTERS, type PcmCommand, problemOf } from './commands.ts';

/** What a command without described arguments takes: anything. */
const ANY = { type: 'object', properties: {} } as const;

/** Sends one command; false: the link is gone. */
export type SendCommand = (payload: Readonly<Record<string, unknown>>) => boolean;

/** The commands that devices.json lists for a device, as its functions. The device acknowledges none of them. */
export class PcmTools implements DeviceTools {
  readonly #commands: ReadonlyMap<string, PcmCommand>;
  readonly #list: readonly DeviceTool[];
  readonly #send: SendCommand;

  constructor(commands: readonly PcmCommand[], send: SendCommand) {
    this.#commands = new Map(commands.map((command) => [command.name, command]));
    this.#list = commands.map(({ name, description, parameters = ANY, audience }) => ({
      name,
      description,
      parameters,
      audience,
    }));
    this.#send = send;
  }

  list(): readonly DeviceTool[] {
    return this.#list;
  }

  async call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    signal?.throwIfAborted();
    const command = this.#commands.get(name);
    if (!command) {
      throw new DialtoneError('tool_unknown', `"commands" of this device in devices.json does not list "${name}"`);
    }
    const problem = problemOf(command, args);
    if (problem !== undefined) throw new DialtoneError('tool_bad_arguments', problem);
    const payload = { ...args, command: name };
    if (JSON.stringify(payload).length > MAX_COMMAND_CHARACTERS) {
      throw new DialtoneError('tool_bad_arguments', `a command may have at most ${MAX_COMMAND_CHARACTERS} characters`);
    }
    if (!this.#send(payload)) throw new DialtoneError('link_lost', 'the device is not connected any more');
    return { content: [{ type: 'text', text: `"${name}" was sent to the device.` }], isError: false };
  }
}
