import type { Random } from '../../core/clock.ts';

/** An id of a session, as firmware shows it in its log: 16 random hexadecimal digits. It gives no right to anything. */
export function sessionIdFrom(random: Random): string {
  let id = '';
  for (let digit = 0; digit < 16; digit++) id += Math.floor(random() * 16).toString(16);
  return id;
}
