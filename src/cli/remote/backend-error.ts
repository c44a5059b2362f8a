/** A backend did not do what a command asked of it. The message says what to do; the command ends with the exit code. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
