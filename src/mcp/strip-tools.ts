import { z } from 'zod';
import { callDevice } from './device-calls.ts';
import { defineMcpTool, type McpTool } from './mcp-tool.ts';

/** The ports of a stackchan that strips of lights are connected to. */
const STRIP = /^self\.port_([bc])\.ws2812\.(init|set_pixel|set_strip)$/;

const channel = z.int().min(0).max(255);

/** Colors of several lights, as the stackchan gateway (0.9.1) takes them. */
export const colorsSchema = z
  .array(z.tuple([channel, channel, channel]))
  .min(1)
  .max(256)
  .meta({ description: '[[r, g, b], …]' });

/** Which strips have their colors in another order than the robot sends them: it knows one order only. */
export class StripOrders {
  readonly #rgb = new Set<string>();

  set(device: string, port: string, order: 'grb' | 'rgb'): void {
    const strip = keyOf(device, port);
    if (order === 'rgb') this.#rgb.add(strip);
    else this.#rgb.delete(strip);
  }

  /** A color as the robot has to be told it. */
  sent(device: string, port: string, [r, g, b]: readonly [number, number, number]): readonly [number, number, number] {
    return this.#rgb.has(keyOf(device, port)) ? [g, r, b] : [r, g, b];
  }
}

const keyOf = (device: string, port: string) => `${port} ${device}`;

/** The gateway's function for a strip; undefined: the robot's is no such function. */
export function stripTool(device: string, deviceTool: string, orders: StripOrders): McpTool | undefined {
  const [, port = '', what] = STRIP.exec(deviceTool) ?? [];
  const name = `port_${port}_ws2812_${what}`;
  switch (what) {
    case 'init':
      return defineMcpTool({
        name,
        description: `Says how many lights the strip at port ${port.toUpperCase()} has.`,
        parameters: z.object({
          led_count: z.int().min(1).max(256),
          color_order: z
            .enum(['grb', 'rgb'])
            .default('grb')
            .meta({ description: 'In which order the strip takes colors. Most take grb.' }),
        }),
        run: async ({ led_count, color_order }, backend) => {
          const result = await callDevice(backend, device, deviceTool, { led_count });
          if (!result.isError) orders.set(device, port, color_order);
          return result;
        },
      });
    case 'set_pixel':
      return defineMcpTool({
        name,
        description: 'Sets the color of one light of the strip.',
        parameters: z.object({
          index: channel,
          r: channel,
          g: channel,
          b: channel,
          refresh: z.boolean().default(false).meta({ description: 'true: it is shown at once.' }),
        }),
        run: ({ index, r: red, g: green, b: blue, refresh }, backend) => {
          const [r, g, b] = orders.sent(device, port, [red, green, blue]);
          return callDevice(backend, device, deviceTool, { index, r, g, b, refresh });
        },
      });
    case 'set_strip':
      return defineMcpTool({
        name,
        description: 'Sets the colors of the lights of the strip, in their order.',
        parameters: z.object({ colors: colorsSchema }),
        run: ({ colors }, backend) => {
          const sent = colors.map((color) => orders.sent(device, port, color));
          return callDevice(backend, device, deviceTool, { colors: JSON.stringify(sent) });
        },
      });
    default:
      return undefined;
  }
}
