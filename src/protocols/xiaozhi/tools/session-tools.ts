import { z } from 'zod';
import type { Clock, Timer } from '../../../core/clock.ts';
import { DialtoneError } from '../../../core/errors.ts';
import type { DeviceTool, DeviceToolContent, DeviceToolResult, DeviceTools } from '../../device-tools.ts';
import type { AvatarLoaded, AvatarLoads } from './avatar-loads.ts';
import { Lanes, laneOf } from './lanes.ts';
import { Rpc } from './rpc.ts';
import { readToolList } from './tool-list.ts';

/** Revision of the Model Context Protocol that firmware answers with. */
const MCP_VERSION = '2024-11-05';

/** A device that did not say what it can do is asked once more after this time, milliseconds: it may have been busy with its start. */
const ASK_AGAIN_MS = 30_000;

/** Longest text of a result that is kept, UTF-16 units; a picture has an address of its own. */
const MAX_RESULT_TEXT = 16_384;

/** Stands for a part of a result that is of no use. */
const OTHER_PART = '[a part that cannot be used]';

/** A picture within a result, base64 characters: no message is larger. */
const MAX_PICTURE = 262_144;

/** What is neither words nor a picture that can be used (a link, a sound) is one of these: the rest of the result is read all the same. */
const otherPart = z.object({ type: z.string() }).transform(() => ({ type: 'text' as const, text: OTHER_PART }));

const resultSchema = z.object({
  content: z
    .array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string().transform((text) => text.slice(0, MAX_RESULT_TEXT)) }),
        z.object({ type: z.literal('image'), data: z.base64().max(MAX_PICTURE), mimeType: z.string().max(64) }),
        otherPart,
      ]),
    )
    .max(16)
    .default([]),
  isError: z.boolean().catch(false),
});

/** Where a device sends its pictures. */
export interface VisionAddress {
  readonly url: string;
  readonly token: string;
}

/** What the functions of a device need, and what they report. */
export interface SessionToolsOptions {
  readonly clock: Clock;
  /** Sends a message of JSON-RPC. */
  readonly send: (payload: Readonly<Record<string, unknown>>) => void;
  /** Undefined: pictures are not taken. */
  readonly vision: VisionAddress | undefined;
  /** Loads sets of pictures; undefined: the device takes none, or there is no address for them. */
  readonly avatars?: AvatarLoads | undefined;
  /** The device has told of its functions. @param leftOut so many that cannot be used */
  readonly onList: (leftOut: number) => void;
  /** A defect of ours. */
  readonly fault: (cause: unknown) => void;
}

/** The functions of one connected device, by the Model Context Protocol over its link. */
export class SessionTools implements DeviceTools {
  readonly #options: SessionToolsOptions;
  readonly #rpc: Rpc;
  readonly #lanes: Lanes;
  #tools: readonly DeviceTool[] = [];
  /** A picture that came for the call of the camera in progress. */
  #picture: DeviceToolContent | undefined;
  #isTaking = false;
  #isListing = false;
  #again: Timer | undefined;
  #isClosed = false;

  constructor(options: SessionToolsOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options.clock);
    this.#rpc = new Rpc({
      clock: options.clock,
      send: options.send,
      onNotification: (method) => {
        if (method === 'notifications/tools/list_changed') this.#refresh();
      },
    });
  }

  /** Says what we are, and asks what the device can do. */
  begin(): void {
    const { vision } = this.#options;
    const params = {
      protocolVersion: MCP_VERSION,
      capabilities: vision ? { vision } : {},
      clientInfo: { name: 'dialtone', version: '1' },
    };
    const ask = () => this.#rpc.request('initialize', params).then(() => this.#list());
    const later = (error: unknown) => {
      if (this.#isClosed || !(error instanceof DialtoneError && error.code === 'tool_timeout')) throw error;
      this.#again = this.#options.clock.setTimer(() => this.#settle(ask()), ASK_AGAIN_MS);
    };
    this.#settle(ask().catch(later));
  }

  /** A message of JSON-RPC from the device. @returns false when nothing waits for it */
  receive(payload: unknown): boolean {
    return this.#rpc.receive(payload);
  }

  /** The device has sent a picture. @param jpeg base64 @returns false when no call waits for one */
  picture(jpeg: string): boolean {
    if (!this.#isTaking) return false;
    this.#picture = { type: 'image', data: jpeg, mimeType: 'image/jpeg' };
    return true;
  }

  get loadAvatarSet(): DeviceTools['loadAvatarSet'] {
    const { avatars } = this.#options;
    return avatars && ((set) => this.#lanes.run('avatar', () => avatars.load(set)));
  }

  /** The device says what became of a set. @returns false when none is being loaded */
  avatarLoaded(loaded: AvatarLoaded): boolean {
    return this.#options.avatars?.loaded(loaded) ?? false;
  }

  list(): readonly DeviceTool[] {
    return this.#tools;
  }

  call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    if (!this.#tools.some((tool) => tool.name === name)) {
      const message = `the device has no function "${name.slice(0, 128)}"`;
      return Promise.reject(new DialtoneError('tool_unknown', message));
    }
    const lane = laneOf(name);
    return this.#lanes.run(lane, () =>
      lane === 'camera' ? this.#take(name, args, signal) : this.#call(name, args, signal),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimer(this.#again);
    this.#rpc.close();
    this.#options.avatars?.close();
    this.#tools = [];
  }

  async #call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    const result = resultSchema.safeParse(await this.#rpc.request('tools/call', { name, arguments: args }, signal));
    if (!result.success) throw new DialtoneError('tool_failed', `the result of "${name}" cannot be read`);
    return result.data;
  }

  /** A call of the camera: its picture comes on another way, before its result. */
  async #take(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult> {
    this.#isTaking = true;
    try {
      const result = await this.#call(name, args, signal);
      return this.#picture ? { ...result, content: [this.#picture, ...result.content] } : result;
    } finally {
      this.#isTaking = false;
      this.#picture = undefined;
    }
  }

  #refresh(): void {
    if (!this.#isListing) this.#settle(this.#list());
  }

  async #list(): Promise<void> {
    this.#isListing = true;
    try {
      const { tools, leftOut } = await readToolList((cursor) =>
        this.#rpc.request('tools/list', { cursor, withUserTools: true }),
      );
      this.#tools = tools;
      this.#options.onList(leftOut);
    } finally {
      this.#isListing = false;
    }
  }

  /** A device that does not answer has no functions; anything else that is thrown is a defect. */
  #settle(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof DialtoneError)) this.#options.fault(error);
    });
  }
}
