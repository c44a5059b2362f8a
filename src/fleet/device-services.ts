import type { Pacer } from '../audio/pacer.ts';
import type { Clock } from '../core/clock.ts';
import type { WarningCode } from '../core/warnings.ts';

/** What a conversation gets of the world: what it throws in a timer or a tick, or reports, is a fault of its device alone. */
export interface DeviceServices {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** Something about the device that its owner should change. */
  readonly warn: (code: WarningCode, message: string) => void;
  /** A defect of ours showed in asynchronous work: the device's link ends. May be called at any time; never throws. */
  readonly fault: (cause: unknown) => void;
}
