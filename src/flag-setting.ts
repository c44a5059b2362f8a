import { z } from 'zod';

/** A setting that is switched on or off: `true` or `false`, in any case (`True`, as programs in Python are configured). */
export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false']))
  .transform((value) => value === 'true');
