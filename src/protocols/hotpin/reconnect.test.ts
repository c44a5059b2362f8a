import { describe, expect, it } from 'vitest';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import { parseWav } from '../../audio/wav.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { type LeftBehind, leftBehindOf, noteOf } from './left-behind.ts';
import { HotpinSession } from './session.ts';

const FRAME = new Int16Array(960).fill(5);

/** One pin, link after link. */
class Rig {
  readonly clock = new ManualClock();
  readonly offered = new Map<string, Uint8Array>();
  #link = new FakeLink();
  #left: LeftBehind | undefined;
  session = this.#open();

  #open(): HotpinSession {
    return new HotpinSession({
      link: this.#link,
      listener: new FakeListener(),
      clock: this.clock,
      format: 'pcm',
      left: this.#left,
      downloads: {
        offer: (wav) => {
          const token = String(this.offered.size + 1);
          this.offered.set(token, wav);
          return token;
        },
        addressOf: (token) => (this.offered.has(token) ? `http://x/${token}` : undefined),
      },
      onClose: (left) => {
        this.#left = leftBehindOf(noteOf(left));
      },
    });
  }

  says(...types: string[]): this {
    for (const type of types) this.session.receiveText(JSON.stringify({ type }));
    return this;
  }

  /** A question, as it is understood. */
  asks(): this {
    this.says('client_on', 'recording_started');
    this.session.receiveText('{"type":"audio_chunk_meta","seq":0,"len":32000}');
    this.session.receiveBinary(new Uint8Array(32_000));
    this.says('recording_stopped');
    this.clock.advance(200);
    this.session.send({ type: 'heard', text: 'what time is it', isTaken: true });
    return this;
  }

  /** An answer of five frames. */
  answers(): this {
    this.session.send({ type: 'reply_started' });
    this.session.send({ type: 'reply_text_done', text: 'It is late.' });
    for (let count = 0; count < 5; count++) this.session.play(FRAME);
    return this;
  }

  /** @param cuts the conversation was still at the answer. @returns what the pin is told that comes back */
  comesBack({ cuts = false } = {}): Record<string, unknown>[] {
    if (cuts) this.session.send({ type: 'reply_interrupted' });
    this.session.close();
    this.clock.advance(1_000);
    this.#link = new FakeLink();
    this.session = this.#open();
    return this.#link.take();
  }

  /** What the pin was told since. */
  told(): Record<string, unknown>[] {
    return this.#link.take();
  }
}

const sync = (state: string, message: RegExp) => ({
  type: 'state_sync',
  server_state: state,
  message: expect.stringMatching(message),
});
const OFFER = { type: 'offer_download', url: 'http://x/1' };
const AGAIN = { type: 'request_rerecord', reason: expect.stringMatching(/record again/) };

describe('a pin that comes back', () => {
  it.each<[string, (rig: Rig) => unknown, { cuts?: boolean }, unknown[]]>([
    ['did nothing', (rig) => rig.says('client_on'), {}, [sync('idle', /Ready/)]],
    ['recorded', (rig) => rig.says('recording_started'), {}, [sync('stalled', /record again/), AGAIN]],
    [
      'had stopped recording, while its last chunk was on its way',
      (rig) => rig.says('recording_started', 'recording_stopped'),
      {},
      [sync('stalled', /record again/), AGAIN],
    ],
    ['waited for an answer', (rig) => rig.asks(), {}, [sync('idle', /record again/), AGAIN]],
    [
      'waited for an answer, having had another one before',
      (rig) => {
        rig.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
        rig.clock.advance(1_000);
        rig.asks();
      },
      {},
      [sync('idle', /record again/), AGAIN],
    ],
    [
      'waited for an answer that was written, and is still to be spoken',
      (rig) => {
        rig.asks().session.send({ type: 'reply_started' });
        rig.session.send({ type: 'reply_text', delta: 'It is' });
      },
      { cuts: true },
      [sync('idle', /before the answer.*download/)],
    ],
    [
      'was not ready for an answer that was whole',
      (rig) => rig.asks().answers().session.send({ type: 'reply_done' }),
      {},
      [sync('idle', /before the answer.*download/), OFFER],
    ],
    [
      'played, while the conversation was at the end of its turn',
      (rig) => {
        rig.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
      },
      { cuts: true },
      [sync('idle', /during the answer.*download/), OFFER],
    ],
    [
      'had played the answer',
      (rig) => {
        rig.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
        rig.clock.advance(400);
      },
      { cuts: true },
      [sync('idle', /Ready/)],
    ],
    [
      'had played all but the last moment of the answer',
      (rig) => {
        rig.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
        rig.clock.advance(290);
      },
      { cuts: true },
      [sync('idle', /Ready/)],
    ],
    [
      'was offered the answer, and may not have got the address',
      (rig) => rig.asks().answers().says('reject').session.send({ type: 'reply_done' }),
      {},
      [sync('idle', /Ready/), OFFER],
    ],
    [
      'was offered an answer, and has recorded since',
      (rig) => {
        rig.asks().answers().says('reject').session.send({ type: 'reply_done' });
        rig.says('recording_started');
      },
      {},
      [sync('stalled', /record again/), AGAIN],
    ],
  ])('and %s is told so', (_what, happens, how, expected) => {
    const rig = new Rig();
    happens(rig);
    expect(rig.comesBack(how)).toEqual([{ type: 'ready' }, ...expected]);
  });

  it('finds the whole answer, also what was played of it', () => {
    const rig = new Rig();
    rig.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
    rig.comesBack({ cuts: true });
    const { samples } = parseWav(rig.offered.get('1') ?? new Uint8Array());
    expect(samples).toEqual(new Int16Array(5 * 960).fill(5));
  });

  it('is offered once what the conversation makes of an answer that was cut short, and nothing that it has', () => {
    const rig = new Rig();
    rig.asks().session.send({ type: 'reply_started' });
    rig.session.send({ type: 'reply_text', delta: 'It is' });
    rig.comesBack({ cuts: true });
    rig.session.offerUnheard(FRAME);
    expect(rig.told()).toEqual([OFFER]);
    const heard = new Rig();
    heard.asks().answers().says('ready_for_playback').session.send({ type: 'reply_done' });
    heard.comesBack({ cuts: true });
    heard.session.offerUnheard(FRAME);
    expect(heard.told()).toEqual([]);
    expect(heard.offered.size).toBe(1);
  });

  it('is not offered again what it has fetched', () => {
    const rig = new Rig();
    rig.asks().answers().says('reject').session.send({ type: 'reply_done' });
    expect(rig.comesBack()).toContainEqual(OFFER);
    expect(rig.comesBack()).toContainEqual(OFFER);
    rig.offered.clear();
    expect(rig.comesBack()).toEqual([{ type: 'ready' }, sync('idle', /Ready/)]);
  });
});
