import { z } from '@hono/zod-openapi';

/** The parameters of a route about one device. */
export const deviceParams = z.object({ name: z.string().openapi({ description: 'Percent-encoded.' }) });

/** The name as devices.json has it: names are kept in NFC, and a client may have composed its letters otherwise. */
export function nameOf(c: { req: { valid(target: 'param'): { name: string } } }): string {
  return c.req.valid('param').name.normalize('NFC');
}
