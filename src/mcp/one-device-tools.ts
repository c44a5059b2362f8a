import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { legalName } from '../conversation/tools/device-functions.ts';
import type { Backend } from './backend.ts';
import { callDevice, isCamera, type ListedTool, toolsForModel } from './device-calls.ts';
import { gatewayName, translatedTool } from './gateway-tools.ts';
import type { McpTool } from './mcp-tool.ts';

/**
 * The functions of one device, directly: under the names of the stackchan gateway, or else their own, made legal. The first of
 * several with one name is kept. Empty while the device is away.
 * @param taken names of other tools
 */
export async function oneDeviceTools(backend: Backend, device: string, taken: Iterable<string>): Promise<McpTool[]> {
  const listed = await toolsForModel(backend, device).catch((): ListedTool[] => []);
  const names = new Set(taken);
  return listed
    .filter(({ name }) => !isCamera(name))
    .map((tool) => translatedTool(device, tool.name) ?? passedOn(device, tool))
    .filter(({ spec }) => {
      const isNew = !names.has(spec.name);
      names.add(spec.name);
      return isNew;
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
