/** Why something asked of a simulated device did not happen. */
export type SimErrorCode = 'timeout' | 'stopped' | 'unsupported' | 'too_many' | 'refused';

/** What a simulated device throws at the test that scripts it. */
export class SimError extends Error {
  override readonly name = 'SimError';
  readonly code: SimErrorCode;

  constructor(code: SimErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
