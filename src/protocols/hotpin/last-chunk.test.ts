import { describe, expect, it } from 'vitest';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { HotpinSession } from './session.ts';

/** A pin that records half seconds. */
class Rig {
  readonly clock = new ManualClock();
  readonly link = new FakeLink();
  readonly listener = new FakeListener();
  readonly session = new HotpinSession({
    link: this.link,
    listener: this.listener,
    clock: this.clock,
    format: 'pcm',
  });

  says(...types: string[]): this {
    for (const type of types) this.session.receiveText(JSON.stringify({ type }));
    return this;
  }

  announces(seq: number): this {
    this.session.receiveText(JSON.stringify({ type: 'audio_chunk_meta', seq, len: 16_000 }));
    return this;
  }

  sends(bytes = 16_000): this {
    this.session.receiveBinary(new Uint8Array(bytes));
    return this;
  }

  passes(ms: number): this {
    this.clock.advance(ms);
    return this;
  }

  /** A recording with so many chunks, and its end. */
  records(chunks: number): this {
    this.says('recording_started');
    for (let seq = 0; seq < chunks; seq++) this.announces(seq).sends();
    return this.says('recording_stopped');
  }

  /** What the conversation was told of the recording: its beginning, samples, and its end. */
  get heard(): readonly (string | number)[] {
    const states = this.listener.events.flatMap((event) => (event.type === 'listen' ? [event.state] : []));
    return [...states, this.listener.sampleCount / 8_000];
  }

  get errors(): unknown[] {
    return this.link.take().flatMap(({ type, code }) => (type === 'error' ? [code] : []));
  }
}

describe('the last chunk of a recording, which firmware sends behind the end', () => {
  it.each<[string, (rig: Rig) => Rig, readonly (string | number)[], readonly string[]]>([
    ['belongs to the recording, which is over at once', (rig) => rig.announces(2).sends(), ['start', 'stop', 3], []],
    ['is not waited for long', (rig) => rig.passes(149), ['start', 2], []],
    ['does not have to come', (rig) => rig.passes(150), ['start', 'stop', 2], []],
    ['has longer to come if it is announced', (rig) => rig.announces(2).passes(649), ['start', 2], []],
    ['may come late', (rig) => rig.passes(149).announces(2).passes(500).sends(), ['start', 'stop', 3], []],
    [
      'is given up if it is announced, and does not come',
      (rig) => rig.announces(2).passes(650),
      ['start', 'stop', 2],
      [],
    ],
    [
      'is too late when the recording is over',
      (rig) => rig.passes(150).announces(2).sends(),
      ['start', 'stop', 2],
      ['bad_order'],
    ],
    ['is one', (rig) => rig.announces(2).sends().announces(3).sends(), ['start', 'stop', 3], ['bad_order']],
    ['is announced', (rig) => rig.sends().passes(150), ['start', 'stop', 2], ['bad_chunk']],
    [
      'has the length that was announced',
      (rig) => rig.announces(2).sends(320).announces(2).sends(),
      ['start', 'stop', 3],
      ['bad_chunk'],
    ],
    ['has not come before', (rig) => rig.announces(1).sends().passes(150), ['start', 'stop', 2], ['bad_chunk']],
    ['may have chunks missing before it', (rig) => rig.announces(9).sends(), ['start', 'stop', 3], []],
    [
      'may be announced before the end',
      (rig) => rig.passes(150).says('recording_started').announces(0).says('recording_stopped').passes(300).sends(),
      ['start', 'stop', 'start', 'stop', 3],
      [],
    ],
    [
      'does not keep the user from recording again',
      (rig) => rig.announces(2).says('recording_started').sends().passes(650),
      ['start', 'stop', 'start', 2],
      ['bad_chunk'],
    ],
    [
      'does not keep a ping from being answered',
      (rig) => rig.says('ping').announces(2).sends(),
      ['start', 'stop', 3],
      [],
    ],
  ])('%s', (_what, happens, heard, errors) => {
    const rig = new Rig();
    happens(rig.records(2));
    expect(rig.heard).toEqual(heard);
    expect(rig.errors).toEqual(errors);
  });

  it('is told to the device as any other, and counted', () => {
    const rig = new Rig().records(3);
    rig.link.take();
    rig.announces(3).says('ping').sends();
    expect(rig.link.take()).toEqual([{ type: 'pong' }, { type: 'ack', ref: 'chunk', seq: 3 }]);
    expect(rig.session.view).toMatchObject({ state: 'processing', chunksReceived: 4, bytesReceived: 64_000 });
  });

  it('can make a recording long enough, or show that too much of it is missing', () => {
    const short = new Rig().records(0);
    expect(short.announces(0).sends().session.isUsable('what time is it')).toBe(true);
    const broken = new Rig().records(2);
    expect(broken.announces(20).sends().passes(150).session.isUsable('what time is it')).toBe(false);
  });

  it('is forgotten when the link is lost before it comes', () => {
    const rig = new Rig().records(2);
    rig.link.take();
    rig.announces(2).session.close();
    rig.sends().passes(200_000);
    expect(rig.heard).toEqual(['start', 2]);
    expect(rig.link.take()).toEqual([]);
  });
});
