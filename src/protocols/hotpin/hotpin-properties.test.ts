import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { HotpinSession } from './session.ts';

/** Something that can happen to a session, by its device, its conversation, or time. */
type Happening =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'chunk'; readonly seq: number; readonly bytes: number }
  | { readonly type: 'binary'; readonly bytes: number }
  | { readonly type: 'frame' | 'heard' | 'useless' | 'whole' | 'cut' | 'reply' }
  | { readonly type: 'time'; readonly ms: number };

const texts = [
  'client_on',
  'hello',
  'recording_started',
  'recording_stopped',
  'ready_for_playback',
  'playback_complete',
  'image_captured',
  'ping',
  'reject',
  'error',
  'dance',
].map((type) => JSON.stringify({ type }));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('text' as const), text: fc.constantFrom(...texts, '{', '[]', '') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('chunk' as const),
      seq: fc.nat(30),
      bytes: fc.constantFrom(320, 321, 16_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('binary' as const), bytes: fc.nat(2_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('frame' as const, 'heard', 'useless', 'whole', 'cut', 'reply') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('time' as const), ms: fc.constantFrom(10, 60, 1_000, 6_000, 40_000) }),
  },
);

/** A session with a device that follows the orders that it is given, as firmware does. */
class Rig {
  readonly clock = new ManualClock();
  readonly link = new FakeLink();
  readonly listener = new FakeListener();
  readonly session = new HotpinSession({
    link: this.link,
    listener: this.listener,
    clock: this.clock,
    format: 'pcm',
    downloads: { offer: () => '1', addressOf: () => 'http://x/download/1' },
  });

  take(what: Happening): void {
    const { session } = this;
    switch (what.type) {
      case 'text':
        session.receiveText(what.text);
        return;
      case 'chunk':
        session.receiveText(JSON.stringify({ type: 'audio_chunk_meta', seq: what.seq, len: what.bytes }));
        session.receiveBinary(new Uint8Array(what.bytes));
        return;
      case 'binary':
        session.receiveBinary(new Uint8Array(what.bytes));
        return;
      case 'frame':
        session.play(new Int16Array(960));
        return;
      case 'heard':
        session.send({ type: 'heard', text: 'what time is it', isTaken: true });
        return;
      case 'useless':
        session.send({ type: 'heard', text: '', isTaken: false });
        return;
      case 'whole':
        session.send({ type: 'reply_done' });
        return;
      case 'cut':
        session.send({ type: 'reply_interrupted' });
        return;
      case 'reply':
        session.send({ type: 'reply_started' });
        session.send({ type: 'reply_text_done', text: 'It is late.' });
        return;
      case 'time':
        this.clock.advance(what.ms);
        return;
    }
  }

  types(): unknown[] {
    return this.link.take().map(({ type }) => type);
  }
}

describe('any order of messages', () => {
  it('wedges nothing: whatever came before, a recording is heard and its answer is played to its end', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (before, isLastBehind) => {
        const rig = new Rig();
        for (const what of before) rig.take(what);
        // Whatever was under way is over, or given up.
        rig.take({ type: 'text', text: '{"type":"recording_stopped"}' });
        rig.take({ type: 'cut' });
        rig.clock.advance(200_000);
        const [pieces, frames] = [rig.listener.sampleCount, rig.link.binaries.length];
        rig.types();
        rig.take({ type: 'text', text: '{"type":"recording_started"}' });
        for (let seq = 0; seq < 3; seq++) rig.take({ type: 'chunk', seq, bytes: 16_000 });
        if (!isLastBehind) rig.take({ type: 'chunk', seq: 3, bytes: 16_000 });
        rig.take({ type: 'text', text: '{"type":"recording_stopped"}' });
        if (isLastBehind) rig.take({ type: 'chunk', seq: 3, bytes: 16_000 });
        else rig.clock.advance(150);
        expect(rig.listener.sampleCount - pieces).toBe(4 * 8_000);
        expect(rig.types()).toEqual(['ack']);
        rig.take({ type: 'heard' });
        rig.take({ type: 'reply' });
        for (let frame = 0; frame < 5; frame++) rig.take({ type: 'frame' });
        expect(rig.link.binaries.length).toBe(frames);
        expect(rig.types()).toEqual(['transcript', 'llm', 'tts_ready']);
        rig.take({ type: 'text', text: '{"type":"ready_for_playback"}' });
        rig.take({ type: 'whole' });
        rig.clock.advance(299);
        expect(rig.types()).not.toContain('tts_done');
        rig.clock.advance(100);
        expect(rig.types()).toContain('tts_done');
        expect(rig.link.binaries.length - frames).toBe(5);
        expect(rig.session.view.state).toBe('idle');
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses nothing: every chunk of a recording is heard or refused, every answer is sent, offered, or cut short', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80 }), (all) => {
        const rig = new Rig();
        for (const what of all) {
          const heard = rig.listener.sampleCount;
          const drops = rig.listener.drops.length;
          rig.take(what);
          if (what.type === 'chunk') {
            const wasHeard = rig.listener.sampleCount > heard;
            const wasRefused = rig.listener.drops.length > drops;
            expect(wasHeard || wasRefused || what.bytes < 32).toBe(true);
          }
        }
        // The device gets no audio that was not announced.
        const announced = rig.link.texts.filter((text) => text.includes('"tts_chunk_meta"')).length;
        expect(rig.link.binaries.length).toBe(announced);
        for (const bytes of rig.link.binaries) expect(bytes.length).toBeLessThanOrEqual(2_048);
        rig.session.close();
        const sent = rig.link.texts.length;
        rig.clock.advance(1_000_000);
        expect(rig.link.texts.length).toBe(sent);
      }),
      { numRuns: 1_000 },
    );
  });
});
