import { allowsTool, type ToolRules } from '../../config/tools-schema.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { DeviceTool, DeviceTools } from '../../protocols/device-tools.ts';
import { deviceToolContent } from './device-tool-result.ts';
import type { Tool } from './tool.ts';

/** The most functions of a device that a model is offered: each costs tokens in every request. */
const MAX_OFFERED = 64;

/** Longest description and JSON Schema of one, UTF-16 units: a device tells them. */
const MAX_DESCRIPTION = 1_000;
const MAX_PARAMETERS = 8_000;

/** What models take as a name; in it, the longest. */
const ILLEGAL = /[^a-zA-Z0-9_-]/g;
const MAX_NAME = 64;

/** The device has a limit of its own (10 s), and calls wait for each other. Milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * Functions of a device as the model is offered them: those for the model that the owner allows, under names that models take
 * (`self.led.set` is `self_led_set`), each told from the others. One whose name a built-in function has is left out.
 * @param taken names of the built-in ones
 */
export function deviceFunctions(tools: DeviceTools, rules: ToolRules, taken: Iterable<string>): Tool[] {
  const builtIn = new Set(taken);
  const names = new Set(builtIn);
  return tools
    .list()
    .filter(({ name, audience }) => audience === 'model' && allowsTool(rules, name) && !builtIn.has(legalName(name)))
    .flatMap((tool) => {
      const parameters = parametersOf(tool);
      return parameters ? [{ ...tool, parameters }] : [];
    })
    .slice(0, MAX_OFFERED)
    .map((tool) => {
      const name = freeName(legalName(tool.name), names);
      names.add(name);
      return {
        spec: { name, description: descriptionOf(tool), parameters: tool.parameters },
        timeoutMs: TIMEOUT_MS,
        run: async (args, signal) =>
          deviceToolContent(await tools.call(tool.name, args as Readonly<Record<string, unknown>>, signal)),
      };
    });
}

/** A name in letters that models take: up to 64 of them. */
export function legalName(name: string): string {
  return name.replace(ILLEGAL, '_').slice(0, MAX_NAME) || '_';
}

/** The name, or one like it that is not taken: with a number. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `_${number}`;
    const free = name.slice(0, MAX_NAME - suffix.length) + suffix;
    if (!taken.has(free)) return free;
  }
}

/** A name alone says something, too. */
function descriptionOf({ name, description }: DeviceTool): string {
  const words = cleanText(description, MAX_DESCRIPTION).trim();
  return words === '' ? `The function "${cleanText(name)}" of this device.` : words;
}

/** Undefined: too long to be offered. What is no schema of an object is one without arguments. */
function parametersOf({ parameters }: DeviceTool): DeviceTool['parameters'] | undefined {
  if (parameters.type !== 'object') return { type: 'object', properties: {} };
  if (JSON.stringify(parameters).length > MAX_PARAMETERS) return undefined;
  return 'properties' in parameters ? parameters : { ...parameters, properties: {} };
}
