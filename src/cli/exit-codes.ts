/** Exit codes of `dialtone`, as in sysexits.h. */
export const EXIT = {
  ok: 0,
  /** What was asked for did not happen. */
  failure: 1,
  /** The command line is wrong. */
  usage: 64,
  /** No backend answers. */
  unavailable: 69,
  /** A defect of dialtone. */
  defect: 70,
  /** The backend refuses the token. */
  noPermission: 77,
  /** devices.json or a setting is wrong. */
  config: 78,
} as const;

/** What each exit code means, for `--help` and the documents. */
export const EXIT_CODE_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failure, 'what was asked for did not happen; the message says why'],
  [EXIT.usage, 'the command line is wrong'],
  [EXIT.unavailable, 'no backend answers at the address'],
  [EXIT.defect, 'a defect of dialtone: the last line of the log has its stack'],
  [EXIT.noPermission, 'the backend refuses the token'],
  [EXIT.config, 'devices.json or an environment variable is wrong; the message names every mistake'],
];
