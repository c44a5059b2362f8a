import { UNFINISHED } from '../files/write-atomically.ts';

/** The name of a history's file. */
export function historyName(deviceFileName: string): string {
  return `${deviceFileName}.json`;
}

/** Whether this is a file that was set aside, of that device. */
export function isBrokenNameOf(name: string, deviceFileName: string): boolean {
  return name.startsWith(`${historyName(deviceFileName)}.broken-`);
}

const OURS = /^([a-z0-9][a-z0-9-]{0,63})\.json(?:|\.tmp|\.broken-\d{8}T\d{9}Z)$/;

/** What a file of ours is, and whose; undefined when it is none. */
export function parseName(
  name: string,
): { readonly device: string; readonly kind: 'history' | 'unfinished' | 'broken' } | undefined {
  const device = OURS.exec(name)?.[1];
  if (device === undefined) return undefined;
  if (name.endsWith('.json')) return { device, kind: 'history' };
  return { device, kind: name.endsWith(UNFINISHED) ? 'unfinished' : 'broken' };
}
