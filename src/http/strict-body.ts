import { z } from '@hono/zod-openapi';

/** A body with these keys and no others. Of another key the client is told which there are. */
export function strictBody<S extends z.ZodRawShape>(shape: S) {
  const keys = Object.keys(shape).map((key) => `"${key}"`);
  const words = keys.length === 1 ? `the only key is ${keys[0]}` : `the keys are ${keys.join(', ')}`;
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? words : undefined),
  });
}
