import { describe, expect, it } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { CHECK_LIMIT_MS } from '../vad.ts';
import { FrameWriter } from './frame-writer.ts';
import { SoundCheck } from './sound-check.ts';
import { FrameParser, FrameType } from './wire.ts';

const FRAME = new Int16Array(320);

function checked(refusal?: DialtoneError) {
  const clock = new ManualClock();
  const writer = new FrameWriter();
  const told: string[] = [];
  const check = new SoundCheck({
    engine: 'silero',
    id: 7,
    slot: 1,
    writer,
    clock,
    refusal,
    onAnswer: () => told.push('answer'),
    onUnavailable: ({ code }) => told.push(code),
    onOver: () => told.push('over'),
  });
  /** The host has heard so many samples. */
  const answer = (isSpeech: boolean, samples: number) => {
    const payload = Buffer.alloc(5);
    payload.writeUInt8(isSpeech ? 1 : 0);
    payload.writeUInt32LE(samples, 1);
    check.receive(FrameType.heard, payload);
  };
  /** The types of the frames that were written. */
  const written = () => {
    const types: number[] = [];
    const parser = new FrameParser();
    const write = (bytes: Uint8Array) => parser.push(Buffer.from(bytes), (type) => types.push(type));
    writer.attach({ write, cork: () => undefined, uncork: () => undefined, writableLength: 0 });
    return types;
  };
  return { clock, check, told, answer, written };
}

describe('SoundCheck', () => {
  it('is pending until the first answer, and then what the last answer says', () => {
    const { check, answer, told, written } = checked();
    check.write(FRAME);
    expect(check.verdict).toBe('pending');
    answer(false, 320);
    expect(check.verdict).toBe('noise');
    check.write(FRAME);
    answer(true, 640);
    expect(check.verdict).toBe('speech');
    check.close();
    expect(told).toEqual(['answer', 'answer', 'over']);
    expect(written()).toEqual([FrameType.open, FrameType.audio, FrameType.audio, FrameType.cancel]);
  });

  it('waits for no answer longer than its limit, the first or a later one, and tells so once', () => {
    const { clock, check, answer, told } = checked();
    check.write(FRAME);
    clock.advance(CHECK_LIMIT_MS - 1);
    expect(check.verdict).toBe('pending');
    answer(false, 320);
    clock.advance(10_000);
    expect(check.verdict).toBe('noise');
    check.write(FRAME);
    clock.advance(CHECK_LIMIT_MS);
    expect(check.verdict).toBe('unavailable');
    expect(check.verdict).toBe('unavailable');
    answer(true, 640);
    expect(check.verdict).toBe('unavailable');
    expect(told).toEqual(['answer', 'engine_timeout']);
  });

  it('does not take frames on their way for a late answer', () => {
    const { clock, check, answer } = checked();
    for (let frame = 1; frame <= 50; frame++) {
      check.write(FRAME);
      clock.advance(20);
      answer(false, Math.max(320, 320 * (frame - 2)));
      expect(check.verdict).toBe('noise');
    }
  });

  it.each([
    [
      'the host dies',
      (check: SoundCheck) => check.fail(new DialtoneError('speech_host_down', 'gone')),
      'speech_host_down',
    ],
    [
      'the host has no room',
      (check: SoundCheck) => {
        const why = { code: 'engine_overloaded', message: 'too many' };
        check.receive(FrameType.failed, Buffer.from(JSON.stringify(why)));
      },
      'engine_overloaded',
    ],
  ])('is unavailable when %s', (_, end, code) => {
    const { check, told } = checked();
    check.write(FRAME);
    end(check);
    check.write(FRAME);
    check.close();
    expect(check.verdict).toBe('unavailable');
    expect(told).toEqual([code, 'over']);
  });

  it('is unavailable at once where it cannot begin', () => {
    const { check, told, written } = checked(new DialtoneError('speech_host_down', 'not there'));
    check.write(FRAME);
    expect(check.verdict).toBe('unavailable');
    check.close();
    expect(told).toEqual(['speech_host_down', 'over']);
    expect(written()).toEqual([]);
  });
});
