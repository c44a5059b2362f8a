import { DialtoneError } from '../../core/errors.ts';
import type { HostExit } from './host-child.ts';

/** What the owner can do about a model, for errors. */
export interface ModelHint {
  /** The variable that names its folder. */
  readonly variable: string;
  /** What to set to do without it, as in `STT=groq`. */
  readonly otherwise: string;
}

/** What the end of a host means to the model in a slot, and to what it was at. */
export function exitError(exit: HostExit, slot: number, hint: ModelHint): DialtoneError {
  if (exit.fatal?.code === 'engine_unavailable') {
    return new DialtoneError(
      'engine_unavailable',
      'sherpa-onnx has no program for this machine: it needs glibc Linux (not Alpine), macOS or Windows on x64 or arm64, and an ' +
        `install with optional packages (npm install --include=optional). Or set ${hint.otherwise}. ` +
        exit.fatal.message.split('\n')[0],
    );
  }
  if (exit.loading === slot && exit.ownDoing) return loadError(exit.reason, hint);
  const text = `the speech host is down and will be started again: ${exit.reason}`;
  return new DialtoneError('speech_host_down', text, { retryable: true });
}

/** A model that cannot be loaded. */
export function loadError(reason: string, { variable }: ModelHint): DialtoneError {
  const text = 'the speech model could not be loaded: is it whole, with its own tokens.txt, and made for sherpa-onnx?';
  return new DialtoneError(
    'engine_misconfigured',
    `${text} Download it again or set ${variable}. The speech host: ${reason}`,
  );
}
