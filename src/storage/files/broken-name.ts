/** What a file that cannot be read is called from now on: nothing is thrown away, its owner may be able to repair it. */
export function brokenName(path: string, wallMs: number): string {
  return `${path}.broken-${new Date(wallMs).toISOString().replace(/[-:.]/g, '')}`;
}
