import { describe, expect, it } from 'vitest';
import { FakeLink, FakeListener } from '../../../../test/support/devices/fake-link.ts';
import { ManualClock } from '../../../core/manual-clock.ts';
import type { DeviceCommand } from '../../protocol.ts';
import { FirstPinSession } from './session.ts';

/** A pin of the first generation that has greeted. */
class Rig {
  readonly clock = new ManualClock();
  readonly link = new FakeLink();
  readonly listener = new FakeListener();
  readonly session = new FirstPinSession({ link: this.link, listener: this.listener, clock: this.clock });

  constructor(text = '{"session_id":"a"}') {
    this.says(text);
    this.link.take();
  }

  says(text: string): this {
    this.session.receiveText(text);
    return this;
  }

  sends(...lengths: number[]): this {
    for (const length of lengths) this.session.receiveBinary(new Uint8Array(length));
    return this;
  }

  passes(ms: number): this {
    this.clock.advance(ms);
    return this;
  }

  /** A second of audio, and the end of it. */
  records(): this {
    return this.sends(...Array<number>(8).fill(4_000)).says('{"signal":"EOS"}');
  }

  tells(...commands: DeviceCommand[]): this {
    for (const command of commands) this.session.send(command);
    return this;
  }

  plays(frames: number): this {
    for (let count = 0; count < frames; count++) this.session.play(new Int16Array(2_048));
    return this;
  }

  /** What the pin was told since: the words for where things stand, and the lengths of what it is to play. */
  told(): unknown[] {
    const binaries = this.link.binaries.splice(0).map(({ length }) => length);
    return [...this.link.take().map(({ status, stage, message }) => message ?? stage ?? status), ...binaries];
  }

  /** What the conversation was told. */
  get events(): string[] {
    return this.listener.events.map((event) => (event.type === 'listen' ? event.state : event.type));
  }
}

const REPLY: DeviceCommand[] = [{ type: 'reply_started' }, { type: 'reply_text_done', text: 'It is late.' }];
const TAKEN: DeviceCommand = { type: 'heard', text: 'what time is it', isTaken: true };
const UNUSED: DeviceCommand = { type: 'heard', text: '', isTaken: false };
const DONE: DeviceCommand = { type: 'reply_done' };
const CUT: DeviceCommand = { type: 'reply_interrupted' };
const RESET = '{"signal":"RESET"}';
const RECEIVED = Array<string>(4).fill('receiving');

describe('a session with a pin of the first generation', () => {
  it.each<[string, (rig: Rig) => Rig, unknown[]]>([
    [
      'is told the end of an answer once, also when its sound is cut short later',
      (rig) =>
        rig
          .records()
          .tells(TAKEN, ...REPLY)
          .plays(2)
          .tells(DONE, CUT),
      [...RECEIVED, 'transcription', 'llm', 'tts', 'complete', 4_096, 4_096, 44, 0],
    ],
    [
      'is told the end of an answer that is cut short',
      (rig) =>
        rig
          .records()
          .tells(TAKEN, ...REPLY)
          .plays(1)
          .tells(CUT),
      [...RECEIVED, 'transcription', 'llm', 'tts', 'complete', 4_096, 44, 0],
    ],
    [
      'is told the end of an answer without a sound',
      (rig) => rig.records().tells(TAKEN, ...REPLY, DONE),
      [...RECEIVED, 'transcription', 'llm', 'complete', 0],
    ],
    [
      'is told nothing of an answer that it does not get',
      (rig) => rig.records().tells(UNUSED, CUT),
      [...RECEIVED, 'transcription', 'Transcript too short: no words were understood'],
    ],
    [
      'does not wait for ever',
      (rig) => rig.records().tells(TAKEN, { type: 'reply_started' }).passes(179_999),
      [...RECEIVED, 'transcription', 'llm'],
    ],
    [
      'is told when nothing has come of a recording',
      (rig) => rig.records().passes(180_000).passes(180_000),
      [...RECEIVED, 'transcription', 'Nothing came of the recording'],
    ],
    [
      'has time for an answer that has begun',
      (rig) =>
        rig
          .records()
          .tells(TAKEN, ...REPLY)
          .plays(1)
          .passes(200_000),
      [...RECEIVED, 'transcription', 'llm', 'tts', 4_096],
    ],
    [
      'is told of every second message, also of what cannot be used',
      (rig) => rig.sends(...Array<number>(102).fill(500_000)),
      [...Array<string>(50).fill('receiving'), 'a recording may have at most 50 MB', 'receiving'],
    ],
    [
      'is sent an answer that comes while it records when it has recorded',
      (rig) =>
        rig
          .sends(4_000)
          .tells(TAKEN, ...REPLY)
          .plays(2)
          .tells(DONE)
          .passes(29_999)
          .says('{"signal":"EOS"}')
          .passes(200_000),
      ['llm', 'transcription', 'tts', 'complete', 4_096, 4_096, 44, 0],
    ],
    [
      'is sent the rest of such an answer as it comes, and no more than it has room for',
      (rig) =>
        rig
          .sends(4_000)
          .tells(TAKEN, ...REPLY)
          .plays(200)
          .says('{"signal":"EOS"}')
          .plays(1)
          .tells(DONE),
      ['llm', 'transcription', 'tts', 'complete', ...Array<number>(126).fill(4_096), 44, 0],
    ],
    [
      'is not sent such an answer when it is cut short, or taken back',
      (rig) =>
        rig
          .sends(4_000)
          .tells(TAKEN, ...REPLY)
          .plays(2)
          .tells(CUT)
          .says('{"signal":"EOS"}')
          .tells(UNUSED)
          .sends(4_000)
          .tells(TAKEN, ...REPLY)
          .plays(2)
          .says(RESET),
      ['llm', 'complete', 'transcription', expect.stringMatching(/too short/), 'llm', 'reset_complete', 0],
    ],
    ['may end with a short message', (rig) => rig.sends(4_096, 4_096, 4_096, 2), ['receiving', 'receiving']],
    ['says nothing by an empty message', (rig) => rig.sends(0), ['an empty message has no audio']],
    ['takes a recording back', (rig) => rig.sends(4_096).says(RESET).passes(200_000), ['reset_complete']],
    ['begins anew with nothing under way', (rig) => rig.says(RESET).says(RESET), ['reset_complete', 'reset_complete']],
    [
      'takes back what is being recognised',
      (rig) => rig.records().says(RESET).tells(UNUSED).passes(200_000),
      [...RECEIVED, 'transcription', 'reset_complete'],
    ],
    [
      'takes back what is being answered',
      (rig) => {
        rig
          .records()
          .tells(TAKEN, ...REPLY)
          .plays(1);
        rig.listener.event = ({ type }) => {
          if (type === 'forget') rig.tells(CUT);
        };
        return rig.says(RESET);
      },
      [...RECEIVED, 'transcription', 'llm', 'tts', 'complete', 'reset_complete', 4_096, 44, 0],
    ],
    [
      'is told when its audio stops',
      (rig) => rig.sends(4_096).passes(30_000).passes(200_000),
      ['The audio of the recording stopped arriving'],
    ],
  ])('%s', (_what, happens, told) => {
    expect(happens(new Rig()).told()).toEqual(told);
  });

  it('has the conversation forget what was said, and answers nothing that was recorded before', () => {
    const rig = new Rig().records().says(RESET);
    expect(rig.events).toEqual(['start', 'stop', 'forget']);
    expect(rig.session.isUsable('what time is it')).toBe(false);
    rig.records();
    expect(rig.session.isUsable('what time is it')).toBe(true);
  });

  it('interrupts nothing by an empty message', () => {
    expect(new Rig().sends(0).events).toEqual(['dropped']);
  });

  it.each(['{"signal":"EOS"}', RESET])('greets first: %s', (text) => {
    const rig = new Rig(text).says(text).sends(4_096);
    expect(rig.events).toEqual(['dropped', 'dropped', 'dropped']);
    expect(rig.session.unsentMs).toBe(0);
  });

  it.each<[string, (rig: Rig) => Rig]>([
    ['before it has greeted', () => new Rig('[]')],
    ['idle', (rig) => rig],
    ['recording', (rig) => rig.sends(4_096)],
    ['waiting', (rig) => rig.records()],
    ['thinking', (rig) => rig.records().tells(TAKEN)],
    [
      'playing',
      (rig) =>
        rig
          .records()
          .tells(TAKEN, ...REPLY)
          .plays(1),
    ],
    ['reset', (rig) => rig.sends(4_096).says(RESET)],
  ])('whose link is lost is left alone: %s', (_when, happens) => {
    const rig = happens(new Rig());
    rig.told();
    const { length } = rig.events;
    rig.session.close();
    rig.says('{"signal":"EOS"}').says(RESET).sends(4_096).tells(UNUSED, DONE, CUT).plays(1).passes(1_000_000);
    expect(rig.told()).toEqual([]);
    expect(rig.events).toHaveLength(length);
  });
});
