import { z } from 'zod';
import { AVATAR_SECONDS } from '../protocols/device-tools.ts';
import type { Archives } from './archives.ts';
import { devicePath } from './backend.ts';
import { data, defineMcpTool, type McpTool } from './mcp-tool.ts';

/** A robot with this function has a face that can be loaded. */
export const FACE_TOOL = 'self.display.set_avatar';

const loadedSchema = z.object({ checksum: z.string(), bytes: z.int() });

/** `load_avatar_set`, with the arguments and results of the stackchan gateway (0.9.1): a set of pictures from a file. */
export function loadAvatarSetTool(device: string, archives: Archives): McpTool {
  return defineMcpTool({
    name: 'load_avatar_set',
    description:
      'Loads another face into the robot. The file has its pictures, 160 by 120 points, RGB565: 14 of them (layered, 537,600 bytes) ' +
      'or 90 (matrix, 3,456,000 bytes). The robot has forgotten it after a restart.',
    parameters: z.object({
      archive_path: z
        .string()
        .min(1)
        .max(4_096)
        .meta({ description: `Path of the file: ${archives.which}.` }),
      mode: z.enum(['layered', 'matrix']),
      timeout: z
        .number()
        .min(AVATAR_SECONDS.least)
        .max(AVATAR_SECONDS.most)
        .default(AVATAR_SECONDS.usual)
        .meta({ description: 'Seconds in which the robot must show it.' }),
    }),
    run: async ({ archive_path, mode, timeout }, backend) => {
      try {
        const bytes = await archives.read(archive_path);
        const path = devicePath(device, `/avatar-set?mode=${mode}&timeout=${timeout}`);
        const loaded = loadedSchema.parse(await backend.upload(path, bytes));
        return data({ ok: true, checksum: loaded.checksum, bytes_transferred: loaded.bytes });
      } catch (error) {
        if (!(error instanceof Error) || error instanceof z.ZodError) throw error;
        return data({ ok: false, error: error.message }, true);
      }
    },
  });
}
