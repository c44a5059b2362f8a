/** What is wrong with a device although it works. The values are stable: REST, the log, events and a metric label show them. */
export type WarningCode =
  /** Three turns in a row only repeated the device's own words. */
  | 'hears_itself'
  /** Its audio comes in messages that hold no whole number of samples. */
  | 'odd_bytes'
  /** Its audio arrives faster or slower than at the sample rate of its protocol. */
  | 'wrong_rate'
  /** The bytes of its samples are in the wrong order. */
  | 'big_endian'
  /** Another backend seems to be connected to it, too: part of its audio goes there. */
  | 'shared_device'
  /** The link to it carries less than an answer needs. */
  | 'slow_link'
  /** What it says is in a language that its speech engine has no voice for. */
  | 'no_voice_for_language'
  /** The device reports that something in it does not work. */
  | 'device_error';

/** Every code, for initialising metrics and for documents. */
export const WARNING_CODES: readonly WarningCode[] = [
  'hears_itself',
  'odd_bytes',
  'wrong_rate',
  'big_endian',
  'shared_device',
  'slow_link',
  'no_voice_for_language',
  'device_error',
];

/** Codes that are reported once for each message: it says what they are about. */
export const REPORTED_BY_MESSAGE: ReadonlySet<WarningCode> = new Set(['no_voice_for_language']);

/** Something about a device that its owner should change. Reported once for each device and code, see {@link REPORTED_BY_MESSAGE}. */
export interface DeviceWarning {
  readonly type: 'device.warning';
  readonly device: string;
  readonly code: WarningCode;
  /** What was noticed, and what to do. One sentence. */
  readonly message: string;
}
