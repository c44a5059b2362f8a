import { canonicalId } from '../../config/device-id.ts';

/** A name for a device that no entry is for: its protocol and what it says it is. @param isTaken whether a device has the name */
export function adoptedName(protocol: string, id: string, isTaken: (name: string) => boolean): string {
  const plain = `${protocol}-${canonicalId(id).replace(/[^a-z0-9._-]+/g, '-')}`.slice(0, 56).replace(/-+$/, '');
  let name = plain;
  for (let again = 2; isTaken(name); again++) name = `${plain}-${again}`;
  return name;
}
