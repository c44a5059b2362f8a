import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { freeName, legalName } from '../conversation/tools/device-functions.ts';
import type { Archives } from './archives.ts';
import type { Backend } from './backend.ts';
import { callDevice, isCamera, type ListedTool, toolsForModel } from './device-calls.ts';
import { gatewayName, translatedTool } from './gateway-tools.ts';
import { FACE_TOOL, loadAvatarSetTool } from './load-avatar-set.ts';
import type { McpTool } from './mcp-tool.ts';
import type { StripOrders } from './strip-tools.ts';

/** What the functions of one device need. */
interface OneDevice {
  readonly backend: Backend;
  readonly device: string;
  readonly archives: Archives;
  readonly orders: StripOrders;
  /** Names of other tools. */
  readonly taken: Iterable<string>;
}

/**
 * The functions of one device, directly: under the names of the stackchan gateway, or else their own, made legal; each told from
 * the others. Empty while the device is away.
 */
export async function oneDeviceTools({ backend, device, archives, orders, taken }: OneDevice): Promise<McpTool[]> {
  const listed = await toolsForModel(backend, device).catch((): ListedTool[] => []);
  const names = new Set(taken);
  const own = listed
    .filter(({ name }) => !isCamera(name))
    .map((tool) => translatedTool(device, tool.name, orders) ?? passedOn(device, tool));
  const hasFace = listed.some(({ name }) => name === FACE_TOOL);
  return [...own, ...(hasFace ? [loadAvatarSetTool(device, archives)] : [])].map((tool) => {
    const name = freeName(tool.spec.name, names);
    names.add(name);
    return { ...tool, spec: { ...tool.spec, name } };
  });
}

function passedOn(device: string, { name, description, parameters }: ListedTool): McpTool {
  const inputSchema = (parameters.type === 'object' ? parameters : { type: 'object' }) as Tool['inputSchema'];
  return {
    spec: { name: gatewayName(name) ?? legalName(name), description, inputSchema },
    reads: false,
    run: (args, backend) => callDevice(backend, device, name, args),
  };
}
