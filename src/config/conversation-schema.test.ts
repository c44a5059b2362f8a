import { describe, expect, it } from 'vitest';
import { deviceConfig, deviceSchema } from '../../test/support/devices/devices.ts';

const parse = (entry: Record<string, unknown>) => deviceSchema.safeParse({ name: 'a', host: '10.0.0.1', ...entry });
const conversation = (entry: Record<string, unknown>) =>
  deviceConfig({ name: 'a', host: '10.0.0.1', ...entry }).conversation;

describe('how a conversation is held', () => {
  it('depends on the protocol where the device says nothing', () => {
    expect(conversation({}).duplex).toBe('full');
    expect(conversation({ protocol: 'pcm' }).duplex).toBe('half');
    expect(conversation({ protocol: 'pcm', duplex: 'full' }).duplex).toBe('full');
  });

  it('is in milliseconds, and off where it is false', () => {
    expect(conversation({ long_silence: false, idle_timeout: false, echo_tail: 0.5 })).toMatchObject({
      longSilenceMs: null,
      idleTimeoutMs: null,
      echoTailMs: 500,
    });
    expect(conversation({ endpointing: { max_silence: 4 } })).toMatchObject({ minSilenceMs: 500, maxSilenceMs: 4_000 });
  });

  it('takes the cushion of an answer under both of its names', () => {
    expect(conversation({}).aheadMs).toBe(null);
    expect(conversation({ ahead_ms: 20 }).aheadMs).toBe(20);
    for (const ms of [0, 300, 2_400]) expect(conversation({ prebuffer_ms: ms }).aheadMs).toBe(ms);
  });

  it.each([
    [{ ahead_ms: 19 }, 'ahead_ms'],
    [{ prebuffer_ms: -1 }, 'prebuffer_ms'],
    [{ prebuffer_ms: 2_401 }, 'prebuffer_ms'],
    [{ prebuffer_ms: '0' }, 'prebuffer_ms'],
    [{ ahead_ms: 300, prebuffer_ms: 300 }, 'prebuffer_ms'],
    [{ endpointing: { min_silence: 3, max_silence: 1 } }, 'endpointing.min_silence'],
    [{ endpointing: { min: 3 } }, 'endpointing'],
    [{ activation: 'push_to_talk' }, 'activation'],
    [{ activation: 'wake_word' }, 'wake_words'],
    [{ wake_words: ['computer'] }, 'wake_words'],
    [{ activation: 'wake_word', wake_words: [] }, 'wake_words'],
    [{ activation: 'sometimes' }, 'activation'],
    [{ duplex: 'both' }, 'duplex'],
    [{ greeting: '' }, 'greeting'],
    [{ filler: 7 }, 'filler'],
    [{ filler: 'x'.repeat(101) }, 'filler'],
    [{ long_silence: true }, 'long_silence'],
    [{ idle_timeout: -1 }, 'idle_timeout'],
    [{ echo_tail: 60 }, 'echo_tail'],
  ])('says where it is wrong: %j', (entry, path) => {
    const parsed = parse(entry);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
