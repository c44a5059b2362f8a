import { DialtoneError } from '../../core/errors.ts';
import type { OpusEncoderOptions } from './opus.ts';

/** The error of a packet that a decoder refused. */
export function badPacket(why: string, cause?: unknown): DialtoneError {
  return new DialtoneError(
    'opus_bad_packet',
    `The device sent an Opus packet that does not decode (${why}); it was dropped.`,
    { cause },
  );
}

/** The error of a call on a coder that was freed: a mistake in this program. */
export function freedCoder(what: 'decoder' | 'encoder'): DialtoneError {
  return new DialtoneError('internal', `This Opus ${what} was freed; make a new one.`);
}

/** The error of a library that could not be loaded. */
export function codecMissing(name: string, cause: unknown): DialtoneError {
  return new DialtoneError('engine_unavailable', `The Opus library ${name} could not be loaded; run npm ci.`, {
    cause,
  });
}

/** Samples in one frame of an encoder. */
export function frameSamplesOf(options: OpusEncoderOptions): number {
  return (options.sampleRate * options.frameMs) / 1000;
}

/** Throws RangeError unless the frame has the encoder's length. */
export function checkFrameLength(frame: Int16Array, frameSamples: number): void {
  if (frame.length !== frameSamples) {
    throw new RangeError(`An Opus frame here has ${frameSamples} samples, not ${frame.length}.`);
  }
}
