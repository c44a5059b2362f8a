/**
 * What a file system has refused, in its own words, and what to do about it where that is known.
 * @param uid of the user that this process runs as; undefined where users have no number
 */
export function fileErrorText(error: unknown, uid = process.getuid?.()): string {
  const message = error instanceof Error ? error.message : String(error);
  const remedy = remedyOf((error as NodeJS.ErrnoException | undefined)?.code, uid);
  return remedy === undefined ? message : `${message} (${remedy})`;
}

function remedyOf(code: string | undefined, uid: number | undefined): string | undefined {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${uid === undefined ? 'the user of dialtone' : `dialtone runs as user ${uid}, which`} needs the right to it`;
    case 'EROFS':
      return 'the file system is read-only: mount a folder there that can be written';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full: make room, or name another folder';
    default:
      return undefined;
  }
}
