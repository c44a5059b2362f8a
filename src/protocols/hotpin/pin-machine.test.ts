import { describe, expect, it } from 'vitest';
import { INITIAL_PIN, type PinEffect, type PinInput, type PinMachine, serverState, stepPin } from './pin-machine.ts';

const device = (
  ...types: ('greeting' | 'recording_started' | 'chunk' | 'recording_stopped' | 'ready_for_playback' | 'reject')[]
): PinInput[] => types.map((type) => ({ type }));
const HEARD: PinInput = { type: 'heard', useless: null };
const USELESS: PinInput = { type: 'heard', useless: 'no_words' };
const FRAME: PinInput = { type: 'frame' };
const WHOLE: PinInput = { type: 'whole' };
const CUT: PinInput = { type: 'cut' };
const due = (timer: 'stall' | 'abandon' | 'last' | 'ready' | 'played' | 'answer'): PinInput => ({ type: 'due', timer });
/** Its last chunk lies behind the message that it has stopped, as firmware sends it. */
const RECORDED = device('greeting', 'recording_started', 'chunk', 'recording_stopped', 'chunk');

/** An effect in a word; timers are left out. */
function word(effect: PinEffect): string[] {
  switch (effect.type) {
    case 'start':
    case 'stop':
      return [];
    case 'send':
      return [effect.message];
    case 'listen':
      return [effect.on ? 'listen' : 'deaf'];
    case 'sync':
      return [`sync ${effect.state}`];
    case 'rerecord':
    case 'intervene':
      return [`${effect.type} ${effect.reason}`];
    case 'refuse':
      return ['refuse'];
    default:
      return [effect.type];
  }
}

function run(inputs: readonly PinInput[], from: PinMachine = INITIAL_PIN) {
  let machine = from;
  const effects: PinEffect[] = [];
  for (const input of inputs) {
    const step = stepPin(machine, input);
    machine = step.machine;
    effects.push(...step.effects);
  }
  return { machine, words: effects.flatMap(word), effects };
}

describe('the order of messages with a pin', () => {
  it.each<[string, PinInput[], string[], Partial<PinMachine>]>([
    ['a greeting, twice', device('greeting', 'greeting'), [], { does: 'idle' }],
    ['a recording', RECORDED, ['listen', 'deaf'], { does: 'processing' }],
    [
      'a recording whose last chunk may be on its way',
      device('greeting', 'recording_started', 'chunk', 'recording_stopped'),
      ['listen'],
      { does: 'stopping' },
    ],
    [
      'a recording with nothing behind its end',
      [...device('greeting', 'recording_started', 'chunk', 'recording_stopped'), due('last')],
      ['listen', 'deaf'],
      { does: 'processing' },
    ],
    [
      'one last chunk and another one',
      [...RECORDED, ...device('chunk'), due('last')],
      ['listen', 'deaf', 'refuse'],
      { does: 'processing' },
    ],
    [
      'a recording that is stopped twice',
      device('greeting', 'recording_started', 'recording_stopped', 'recording_stopped'),
      ['listen', 'refuse'],
      { does: 'stopping' },
    ],
    [
      'a recording behind one whose last chunk has not come',
      [...device('greeting', 'recording_started', 'recording_stopped', 'recording_started'), due('last')],
      ['listen', 'deaf', 'listen'],
      { does: 'recording' },
    ],
    [
      'a recording that stalls, and is stopped',
      [...device('greeting', 'recording_started'), due('stall'), ...device('recording_stopped'), due('abandon')],
      ['listen', 'sync stalled'],
      { does: 'stopping' },
    ],
    [
      'an answer while the last chunk may be on its way',
      [
        ...device('greeting', 'recording_started', 'recording_stopped'),
        FRAME,
        ...device('ready_for_playback'),
        due('last'),
      ],
      ['listen', 'deaf', 'tts_ready'],
      { does: 'processing', answer: 'offered' },
    ],
    [
      'what is heard to be useless before the last chunk',
      [...device('greeting', 'recording_started', 'recording_stopped'), USELESS, ...device('chunk')],
      ['listen', 'deaf', 'rerecord no_words'],
      { does: 'idle' },
    ],
    ['one that is understood', [...RECORDED, HEARD], ['listen', 'deaf'], { does: 'processing', rerecords: 0 }],
    [
      'an answer from its beginning to its end',
      [...RECORDED, HEARD, FRAME, FRAME, ...device('ready_for_playback'), FRAME, WHOLE, due('played')],
      ['listen', 'deaf', 'tts_ready', 'play', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
    [
      'readiness that is told twice',
      [...RECORDED, HEARD, FRAME, ...device('ready_for_playback', 'ready_for_playback')],
      ['listen', 'deaf', 'tts_ready', 'play'],
      { does: 'playing', answer: 'playing' },
    ],
    [
      'an answer that is whole before the device is ready',
      [...RECORDED, HEARD, FRAME, WHOLE, ...device('ready_for_playback'), due('played')],
      ['listen', 'deaf', 'tts_ready', 'play', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
    [
      'no readiness',
      [...RECORDED, HEARD, FRAME, due('ready'), FRAME, WHOLE],
      ['listen', 'deaf', 'tts_ready', 'offer', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
    [
      'readiness that comes late',
      [...RECORDED, HEARD, FRAME, due('ready'), FRAME, ...device('ready_for_playback'), WHOLE, due('played')],
      ['listen', 'deaf', 'tts_ready', 'play', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
    [
      'a device that is busy',
      [...RECORDED, HEARD, FRAME, ...device('reject'), WHOLE],
      ['listen', 'deaf', 'tts_ready', 'offer', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
    [
      'words that are of no use, three times',
      [...RECORDED, USELESS, ...RECORDED, USELESS, ...RECORDED, USELESS],
      [
        ...['listen', 'deaf', 'rerecord no_words'],
        ...['listen', 'deaf', 'rerecord no_words'],
        ...['listen', 'deaf', 'intervene no_words', 'tts_done'],
      ],
      { does: 'idle', rerecords: 0 },
    ],
    [
      'words of use between',
      [...RECORDED, USELESS, ...RECORDED, HEARD, CUT, ...RECORDED, USELESS],
      [
        'listen',
        'deaf',
        'rerecord no_words',
        'listen',
        'deaf',
        'drop',
        'tts_done',
        'listen',
        'deaf',
        'rerecord no_words',
      ],
      { does: 'idle', rerecords: 1 },
    ],
    [
      'a recording that stalls and goes on',
      [...device('greeting', 'recording_started'), due('stall'), ...device('chunk', 'recording_stopped', 'chunk')],
      ['listen', 'sync stalled', 'sync recording', 'deaf'],
      { does: 'processing' },
    ],
    [
      'a recording that stalls for good',
      [...device('greeting', 'recording_started'), due('stall'), due('abandon'), ...device('recording_stopped')],
      ['listen', 'sync stalled', 'deaf', 'rerecord stalled', 'refuse'],
      { does: 'idle', rerecords: 1 },
    ],
    [
      'a recording over an answer',
      [...RECORDED, HEARD, FRAME, ...device('ready_for_playback', 'recording_started'), CUT],
      ['listen', 'deaf', 'tts_ready', 'play', 'drop', 'listen'],
      { does: 'recording', answer: 'none' },
    ],
    [
      'an answer while the device records',
      [
        ...device('greeting', 'recording_started'),
        FRAME,
        ...device('ready_for_playback', 'recording_stopped', 'chunk'),
      ],
      ['listen', 'deaf', 'tts_ready'],
      { does: 'processing', answer: 'offered' },
    ],
    ['an answer before the device is there', [FRAME, ...device('greeting')], ['tts_ready'], { answer: 'offered' }],
    [
      'an answer without a sound',
      [...RECORDED, HEARD, WHOLE],
      ['listen', 'deaf', 'drop', 'tts_done'],
      { does: 'idle' },
    ],
    [
      'an answer that never comes',
      [...RECORDED, due('answer')],
      ['listen', 'deaf', 'rerecord no_answer'],
      { does: 'idle' },
    ],
    [
      'what is heard to be useless before its end',
      [...device('greeting', 'recording_started'), USELESS, ...device('recording_stopped', 'chunk')],
      ['listen', 'deaf', 'rerecord no_words'],
      { does: 'idle' },
    ],
    [
      'a second recording amid one',
      device('greeting', 'recording_started', 'recording_started'),
      ['listen', 'refuse'],
      { does: 'recording' },
    ],
    ['audio without a recording', device('greeting', 'chunk'), ['refuse'], { does: 'idle' }],
    ['the end of no recording', device('greeting', 'recording_stopped'), ['refuse'], { does: 'idle' }],
    ['readiness for nothing', device('greeting', 'ready_for_playback'), ['refuse'], { does: 'idle' }],
    [
      'two answers at once',
      [...device('greeting'), FRAME, ...device('ready_for_playback'), WHOLE, FRAME, WHOLE, due('played')],
      ['tts_ready', 'play', 'drop', 'tts_done'],
      { does: 'idle', answer: 'none' },
    ],
  ])('%s', (_what, inputs, words, machine) => {
    const end = run(inputs);
    expect(end.words).toEqual(words);
    expect(end.machine).toMatchObject(machine);
  });

  it('is refused with a sentence that says what is expected', () => {
    const { effects } = run(device('greeting', 'chunk'));
    expect(effects).toEqual([{ type: 'refuse', problem: 'no recording is under way: send recording_started first' }]);
  });

  it('is told in the words of the server of HotPin', () => {
    const names = [
      [],
      device('greeting'),
      device('greeting', 'recording_started'),
      [...device('greeting', 'recording_started'), due('stall')],
      device('greeting', 'recording_started', 'recording_stopped'),
      RECORDED,
      [...RECORDED, HEARD, FRAME],
      [...RECORDED, HEARD, FRAME, ...device('ready_for_playback')],
    ].map((inputs) => serverState(run(inputs).machine));
    expect(names).toEqual([
      ...['connected', 'idle', 'recording', 'stalled'],
      ...['processing', 'processing', 'processing', 'playing'],
    ]);
  });
});
