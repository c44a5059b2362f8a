import type { ToolRules } from '../../config/tools-schema.ts';
import type { Clock } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { contentOf, imagesOf, type MessageContent, textOf } from '../../engines/chat-content.ts';
import type { ToolCall } from '../../engines/llm.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import type { ToolBox } from '../ports.ts';
import type { DeviceReport } from '../view.ts';
import { currentTimeTool } from './current-time.ts';
import { deviceFunctions } from './device-functions.ts';
import { deviceStatusTool } from './device-status.ts';
import { END_CONVERSATION, endConversationTool } from './end-conversation.ts';
import { playToneTool } from './play-tone.ts';
import { setVolumeTool } from './set-volume.ts';
import type { Tool } from './tool.ts';
import { toolError } from './tool-result.ts';

/** What the functions work with. */
export interface ToolBoxOptions {
  readonly clock: Clock;
  /** Name of the device. */
  readonly device: string;
  readonly session: Pick<DeviceSession, 'abilities' | 'send' | 'tools'>;
  /** Which functions of the device the model may call. Default: all. */
  readonly rules?: () => ToolRules;
  /** What the device last said of itself. */
  readonly reported: () => DeviceReport | null;
  /** The model wants the conversation to end behind the answer that it is giving. May be called more than once. */
  readonly endConversation: () => void;
  /** IANA name of the time zone that `current_time` tells. Default: this machine's. */
  readonly timeZone?: string | undefined;
  /** How long one call may take, milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Functions beside the built-in ones. */
  readonly more?: readonly Tool[];
}

const ALL: ToolRules = { deny: [] };
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_RESULT_CHARACTERS = 2_000;
const MAX_ARGUMENT_CHARACTERS = 10_000;

/**
 * The functions that a language model may call for one device: those that its protocol has words for, and those that the device
 * itself has. Make one when the
 * line comes up and keep it while it lasts: it remembers since when the device is connected, and the volume it was set to.
 */
export function createToolBox(options: ToolBoxOptions): ToolBox {
  const { clock, session, rules = () => ALL, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const byName = (tools: readonly Tool[]) => tools.map((tool) => [tool.spec.name, tool] as const);
  const own = new Map(byName([...builtIn(options), ...(options.more ?? [])]));
  // The device may tell others at any time, and its owner may change the rules.
  const all = () =>
    session.tools ? new Map([...own, ...byName(deviceFunctions(session.tools, rules(), own.keys()))]) : own;
  return {
    get specs() {
      return Array.from(all().values(), ({ spec }) => spec);
    },
    closing: new Set([END_CONVERSATION]),
    run: async (call, signal) => {
      const tools = all();
      const tool = tools.get(call.name);
      if (!tool) return toolError(`there is no such function. There are: ${[...tools.keys()].join(', ')}.`);
      const args = parseArguments(call);
      if (args === undefined) return toolError('the arguments are not a JSON object.');
      return shortened(await runInTime(tool, args, { clock, timeoutMs: tool.timeoutMs ?? timeoutMs, signal }));
    },
  };
}

function builtIn({ clock, device, session, reported, endConversation, timeZone }: ToolBoxOptions): Tool[] {
  const attachedAtMs = clock.now();
  const { playTone, setVolume } = session.abilities;
  let volumePercent: number | undefined;
  const volume = {
    get percent() {
      return volumePercent;
    },
    set: (percent: number) => {
      session.send({ type: 'set_volume', percent });
      volumePercent = percent;
    },
  };
  const facts = () => ({
    name: device,
    connectedMs: clock.now() - attachedAtMs,
    reported: reported(),
    volumePercent,
  });
  return [
    currentTimeTool(clock, timeZone),
    deviceStatusTool(facts),
    ...(setVolume ? [setVolumeTool(volume)] : []),
    ...(playTone ? [playToneTool((tone) => session.send({ type: 'play_tone', tone }))] : []),
    endConversationTool(endConversation),
  ];
}

/** Undefined when they are no object. Models write nothing, or `null`, for a function without parameters. */
function parseArguments({ arguments: text }: ToolCall): object | undefined {
  if (text.length > MAX_ARGUMENT_CHARACTERS) return undefined;
  if (text.trim() === '') return {};
  try {
    const args: unknown = JSON.parse(text);
    if (args === null) return {};
    return typeof args === 'object' && !Array.isArray(args) ? args : undefined;
  } catch {
    return undefined;
  }
}

interface RunLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Never rejects. What takes too long is told to stop and not waited for. */
function runInTime(tool: Tool, args: object, { clock, timeoutMs, signal }: RunLimits): Promise<MessageContent> {
  if (signal.aborted) return Promise.resolve(toolError('stopped.'));
  const controller = new AbortController();
  return new Promise((resolve) => {
    const finish = (result: MessageContent) => {
      clock.clearTimer(timer);
      signal.removeEventListener('abort', stop);
      controller.abort();
      resolve(result);
    };
    const stop = () => finish(toolError('stopped.'));
    const timer = clock.setTimer(() => finish(toolError(`no result within ${timeoutMs / 1000} s.`)), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    const run = async () => tool.run(args, controller.signal);
    run().then(finish, (error: unknown) => finish(toolError(failureOf(error))));
  });
}

/** Texts of other errors than ours may hold anything. */
function failureOf(error: unknown): string {
  return error instanceof DialtoneError ? error.message : 'the function failed.';
}

function shortened(result: MessageContent): MessageContent {
  const text = textOf({ content: result });
  if (text.length <= MAX_RESULT_CHARACTERS) return result;
  // No half of a character at the end.
  const short = `${text.slice(0, MAX_RESULT_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  return contentOf(short, imagesOf({ content: result }));
}
