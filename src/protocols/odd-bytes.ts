import type { DeviceEvent } from './protocol.ts';

/** What a session tells of messages that hold no whole number of samples. @param width bytes of a sample */
export function oddBytes(width: 2 | 4): DeviceEvent {
  const number = width === 2 ? 'an odd number of bytes' : 'a number of bytes that is no multiple of 4';
  const message =
    `it sends messages with ${number}, but a sample has ${width}: what is left over is taken as the beginning of the ` +
    'next message; send whole samples in each message';
  return { type: 'warning', code: 'odd_bytes', message };
}
