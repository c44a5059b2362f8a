import { describe, expect, it } from 'vitest';
import { ConversationRig, WORD_MS } from '../../test/support/conversation/conversation-rig.ts';

// Times below follow from the rig: 400 ms of speech, whose beginning is believed after 60 ms, then 500 ms of silence.

/** A reply of so many words, all of one sentence. */
function words(count: number): string[] {
  return [...Array.from({ length: count - 1 }, () => 'la '), 'end.'];
}

describe('a turn', () => {
  it('tells the device, in this order', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.ask();
    await rig.pass(2_000);
    expect(rig.session.take()).toEqual([
      'listening true',
      'transcript "" 0.34',
      'transcript "hello" 0.34',
      'speech_started',
      'transcript " there" 0.34',
      'speech_stopped',
      'listening false',
      'heard "hello there" true',
      'reply_started',
      'prepare',
      'reply_text "Fine"',
      'reply_text " thanks."',
      'reply_text_done "Fine thanks."',
      'reply_word "Fine"',
      'play',
      'reply_word "thanks."',
      'play',
      'reply_done',
      'listening true',
    ]);
  });

  it('is reported from its beginning to its end, with the time of each stage', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.ask();
    expect(rig.conversation.activity).toBe('speaking');
    await rig.pass(2_000);
    const heard = { endpointing: 500, transcription: 0 };
    const stages = { ...heard, llm_first_token: 0, first_sentence: 0, tts_first_byte: 0, playback: 0, total: 500 };
    // The model is asked in the pause, before the turn of the user is surely over.
    const isCall = ({ type }: { readonly type: string }) => type === 'engine.call';
    expect(rig.events.filter(isCall)).toEqual(
      [
        { kind: 'llm', engine: 'fake-llm', startedAtMs: 600, firstAtMs: 600, endedAtMs: 600, outcome: 'ok' },
        { kind: 'stt', engine: 'fake-stt', startedAtMs: 60, firstAtMs: 400, endedAtMs: 900, outcome: 'ok' },
        { kind: 'tts', engine: 'fake-tts', startedAtMs: 900, firstAtMs: 900, endedAtMs: 900, outcome: 'ok' },
      ].map((call) => expect.objectContaining({ device: 'kitchen', turn: 1, ...call })),
    );
    expect(rig.events.filter((event) => !isCall(event))).toEqual([
      { type: 'turn.started', device: 'kitchen', turn: 1 },
      { type: 'turn.heard', device: 'kitchen', turn: 1, text: 'hello there', stages: heard },
      { type: 'turn.speaking', device: 'kitchen', turn: 1, stages },
      {
        type: 'turn.ended',
        device: 'kitchen',
        turn: 1,
        kind: 'user',
        outcome: 'answered',
        heard: 'hello there',
        answer: 'Fine thanks.',
        written: 'Fine thanks.',
        // Two words and the silence behind them.
        spokenMs: 2 * WORD_MS + 80,
        stages,
        moments: {
          started: 60,
          last_speech: 400,
          speech_ended: 900,
          transcript: 900,
          first_token: 900,
          first_sentence: 900,
          tts_started: 900,
          first_audio: 900,
          first_sent: 900,
          ended: 1_380,
        },
      },
    ]);
    expect(rig.conversation.activity).toBe('idle');
    // All is silent: not even a timer is left.
    expect(rig.clock.pending).toBe(0);
  });

  it('says words that only the final result brings', async () => {
    const rig = new ConversationRig({ hasPartials: false });
    await rig.hear(500, 400);
    await rig.hear(0, 680);
    // It was asked early, and the turn goes on.
    expect(rig.stt.utterances).toHaveLength(1);
    expect(rig.session.take()).toEqual(['listening true']);
    await rig.hear(0, 20);
    expect(rig.session.sent('transcript').map(({ delta }) => delta)).toEqual(['', 'hello', ' there']);
    expect(rig.session.sent('speech_started')).toHaveLength(1);
    expect(rig.llm.calls).toHaveLength(1);
  });

  it('without any word is none: nothing is answered, and the microphone is believed at once', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.stt.auto = ' ';
    await rig.hear(500, 400);
    await rig.hear(0, 1_200);
    expect(rig.session.take()).toEqual([
      'listening true',
      'speech_stopped',
      'listening false',
      'heard "" false',
      'listening true',
    ]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'no_speech', heard: '', answer: '', spokenMs: 0 }]);
    expect(rig.llm.calls).toEqual([]);
    rig.stt.auto = 'hello there';
    await rig.ask();
    expect(rig.llm.calls).toHaveLength(1);
  });

  it('ends when the recogniser says so, or is done by itself', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(500, 400);
    rig.stt.utterances[0]?.partial('stop', true);
    await rig.hear(500, 40);
    expect(rig.stt.utterances[0]?.ended).toBe(true);
    await rig.pass(2_000);

    rig.stt.auto = undefined;
    await rig.hear(500, 400);
    rig.stt.utterances[1]?.final('what time is it');
    await rig.pass(20);
    expect(rig.llm.calls.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: 'what time is it' });
    expect(rig.session.sent('speech_stopped')).toHaveLength(2);
  });
});

describe('the microphone', () => {
  /** Speech that has waited for so long before it is handed over. */
  const late = (rig: ConversationRig, waitedMs: number) => {
    for (let part = 0; part < 10; part++) {
      rig.conversation.audio(new Int16Array(320).fill(500), rig.clock.now() - waitedMs + 20 * part);
    }
  };

  it.each([
    ['answered', async () => undefined],
    ['interrupted', async (rig: ConversationRig) => void rig.conversation.interrupt()],
  ] as const)('of a half-duplex device is deaf to what came during an answer that was %s', async (outcome, cut) => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.ask();
    await rig.pass(200);
    await cut(rig);
    await rig.pass(2_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome }]);
    const started = rig.stt.utterances.length;
    // A busy process comes to the answer's own echo only now.
    late(rig, 2_190);
    expect(rig.stt.utterances).toHaveLength(started);
    late(rig, 300);
    expect(rig.stt.utterances).toHaveLength(started + 1);
  });

  it('reaches the recogniser from 300 ms before speech was noticed', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(0, 1_000);
    await rig.hear(7, 100);
    // 15 frames are kept; the last three of them are the speech that was noticed, then two more came.
    expect(rig.stt.utterances[0]?.written).toEqual([...Array(12).fill(0), ...Array(5).fill(7)]);
  });

  it('is cut into frames whatever the size of its messages', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    const samples = new Int16Array(16_000).fill(500);
    for (let at = 0; at < samples.length; at += 777) {
      rig.conversation.audio(samples.subarray(at, at + 777), rig.clock.now());
    }
    expect(rig.vad.asked).toBe(50);
    expect(rig.stt.utterances[0]?.written).toHaveLength(50);
  });

  it('costs no recogniser in silence', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(0, 10_000);
    // A click of two frames is no speech.
    for (let click = 0; click < 5; click++) {
      await rig.hear(500, 40);
      await rig.hear(0, 100);
    }
    expect(rig.stt.utterances).toEqual([]);
    await rig.ask();
    const written = rig.stt.utterances[0]?.written.length;
    await rig.hear(0, 10_000);
    expect(rig.stt.utterances).toHaveLength(1);
    expect(rig.stt.utterances[0]?.written.length).toBe(written);
  });

  it('is not believed while we answer, and for 300 ms after', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.ask();
    const asked = rig.vad.asked;
    // The answer: 480 ms. It was first sent in the frame at which the question ended.
    await rig.hear(500, 480);
    expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: true });
    await rig.hear(500, 280);
    expect(rig.vad.asked).toBe(asked);
    await rig.hear(900, 60);
    expect(rig.vad.asked).toBe(asked + 3);
    // And what was not believed is not recognised afterwards either.
    expect(rig.stt.utterances[1]?.written).toEqual([900, 900, 900]);
  });

  it('is not believed while the last words are recognised and the answer is made', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.stt.auto = undefined;
    rig.llm.auto = undefined;
    await rig.ask();
    const asked = rig.vad.asked;
    await rig.hear(500, 1_000);
    rig.stt.utterances[0]?.final('hello there');
    await rig.hear(500, 1_000);
    expect(rig.conversation.activity).toBe('thinking');
    expect(rig.vad.asked).toBe(asked);
    expect(rig.stt.utterances).toHaveLength(1);
  });

  it('that stops sending amid an utterance ends it after 1.5 s by the clock', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(500, 400);
    await rig.pass(1_480);
    expect(rig.stt.utterances[0]?.ended).toBe(false);
    await rig.pass(20);
    expect(rig.stt.utterances[0]?.ended).toBe(true);
    expect(rig.conversation.activity).toBe('speaking');
  });

  it('that stutters has not stopped', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    for (let piece = 0; piece < 5; piece++) {
      await rig.hear(500, 100);
      await rig.pass(1_400);
    }
    expect(rig.stt.utterances).toHaveLength(1);
    expect(rig.stt.utterances[0]?.ended).toBe(false);
    await rig.pass(100);
    expect(rig.stt.utterances[0]?.ended).toBe(true);
  });
});

describe('the answer', () => {
  it('is never more than 320 ms ahead of the loudspeaker, and never late', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = words(150);
    await rig.ask();
    await rig.pass(40_000);
    const frames = rig.session.frames;
    // The words, the silence at the end, and two pauses, since so long a sentence is said in three pieces.
    expect(frames).toHaveLength((150 * WORD_MS + 80 + 2 * 200) / 80);
    const start = frames[0]?.atMs ?? 0;
    const leads = frames.map(({ atMs }, index) => (index + 1) * 80 - (atMs - start));
    expect(Math.max(...leads)).toBeLessThanOrEqual(320);
    expect(Math.min(...leads.slice(4))).toBeGreaterThan(80);
    expect(rig.all('playout.late')).toEqual([]);
  });

  it('may last longer than any engine may be silent', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = words(400);
    await rig.ask();
    await rig.pass(100_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered' }]);
    expect(rig.all('turn.ended')[0]?.spokenMs).toBeGreaterThan(400 * WORD_MS);
  });

  it('tells each word with the audio in which it begins', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = words(20);
    await rig.ask();
    await rig.pass(10_000);
    let sentMs = 0;
    const begins: number[] = [];
    for (const { what } of rig.session.told) {
      if (what.type === 'play') sentMs += 80;
      if (what.type === 'reply_word') begins.push(sentMs);
    }
    expect(begins).toEqual(Array.from({ length: 20 }, (_, index) => Math.floor((index * WORD_MS) / 80) * 80));
  });

  it('places words by their length when the voice does not tell where they are, and forgets none', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    const { tts } = rig;
    tts.wordTimings = false;
    tts.script.push(async function* () {
      for (let chunk = 0; chunk < 10; chunk++) yield tts.silentAboutWords(2_400);
    });
    rig.llm.auto = ['one two three four five six seven.'];
    await rig.ask();
    await rig.pass(200);
    const early = rig.session.sent('reply_word').length;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(7);
    await rig.pass(2_000);
    expect(rig.session.sent('reply_word').map(({ word }) => word)).toEqual(
      'one two three four five six seven.'.split(' '),
    );
  });

  it('begins with the first sentence, while the rest is still being written', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    const [call] = rig.llm.calls;
    call?.write('Let', ' me', ' think.', ' Well');
    await rig.pass(20);
    expect(rig.tts.said.map(({ text }) => text)).toEqual(['Let me think.']);
    expect(rig.conversation.activity).toBe('speaking');
    await rig.pass(1_500);
    expect(rig.session.sent('reply_done')).toEqual([]);
    call?.write(' I', ' do', ' not', ' know.');
    call?.out.end();
    await rig.pass(5_000);
    expect(rig.tts.said.map(({ text }) => text)).toEqual(['Let me think.', 'Well I do not know.']);
    expect(rig.session.sent('reply_text_done')).toEqual([
      { type: 'reply_text_done', text: 'Let me think. Well I do not know.' },
    ]);
    expect(rig.all('turn.ended')[0]?.outcome).toBe('answered');
    // The voice was waiting for words, so the reply was not late.
    expect(rig.all('playout.late')).toEqual([]);
  });

  it('is spoken in the voice and language of the device', async () => {
    const rig = new ConversationRig({
      entry: { voice: 'Gertrude', instructions: { type: 'smalltalk', language: 'fr' } },
    });
    await rig.ask();
    expect(rig.tts.said).toEqual([{ text: 'Fine thanks.', voice: 'Gertrude', language: 'fr' }]);
    expect(rig.stt.utterances[0]?.options).toMatchObject({ key: 'kitchen', language: 'fr' });
  });

  it('is made from the system prompt and everything said before', async () => {
    const rig = new ConversationRig({ entry: { instructions: { type: 'constant', text: 'You are a lighthouse.' } } });
    for (let turn = 1; turn <= 3; turn++) {
      rig.stt.auto = `question ${turn}`;
      rig.llm.auto = [`Answer ${turn}.`];
      await rig.ask(`question ${turn}`);
      await rig.pass(2_000);
    }
    const [first, , third] = rig.llm.calls;
    expect(first?.messages).toEqual([
      { role: 'system', content: expect.stringMatching(/^You are a lighthouse\.\s+It is .*2026/) },
      { role: 'user', content: 'question 1' },
    ]);
    expect(third?.messages.slice(1)).toEqual([
      { role: 'user', content: 'question 1' },
      { role: 'assistant', content: 'Answer 1.' },
      { role: 'user', content: 'question 2' },
      { role: 'assistant', content: 'Answer 2.' },
      { role: 'user', content: 'question 3' },
    ]);
    // The time of the rig's clock.
    expect(first?.messages[0]?.content).toContain('1 January 2026');
  });
});

describe('what the device reports', () => {
  it('is kept, the newest values of it', () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    expect(rig.conversation.reported).toBeNull();
    rig.conversation.event({ type: 'status', uptimeMs: 5, wifiRssiDbm: -60 });
    rig.conversation.event({ type: 'status', uptimeMs: 6 });
    expect(rig.conversation.reported).toEqual({ uptimeMs: 6, wifiRssiDbm: -60 });
  });
});

describe('the button', () => {
  it('begins listening at once, and a second press ends it', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.conversation.event({ type: 'speech_button', pressed: true });
    rig.conversation.event({ type: 'speech_button', pressed: false });
    await rig.hear(3, 400);
    expect(rig.stt.utterances[0]?.written).toHaveLength(20);
    rig.conversation.event({ type: 'speech_button', pressed: true });
    rig.conversation.event({ type: 'speech_button', pressed: false });
    await rig.pass(60);
    expect(rig.conversation.activity).toBe('speaking');
  });

  it('of a device that tells of no release begins listening, and a second press ends it at once', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await rig.hear(3, 700);
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await rig.pass(20);
    expect(rig.conversation.activity).toBe('speaking');
  });

  it('held down means: as long as I hold it', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await rig.hear(3, 600);
    rig.conversation.event({ type: 'speech_button', pressed: false });
    // It may have bounced.
    await rig.pass(40);
    expect(rig.stt.utterances[0]?.ended).toBe(false);
    await rig.pass(10);
    expect(rig.stt.utterances[0]?.ended).toBe(true);
  });

  it.each(['released', 'pressed'])('waits for nothing once the line is gone, last %s', async (last) => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm' } });
    const before = rig.clock.pending;
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await rig.hear(3, 600);
    rig.conversation.event({ type: 'speech_button', pressed: false });
    if (last === 'pressed') rig.conversation.event({ type: 'speech_button', pressed: true });
    rig.conversation.detach();
    expect(rig.clock.pending).toBeLessThanOrEqual(before);
    rig.conversation.event({ type: 'speech_button', pressed: false });
    expect(rig.clock.pending).toBeLessThanOrEqual(before);
    // The next line knows nothing of that press.
    rig.reattach();
    rig.conversation.event({ type: 'speech_button', pressed: true });
    expect(rig.conversation.activity).toBe('listening');
  });

  it('interrupts an answer and listens', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = words(20);
    await rig.ask();
    await rig.pass(500);
    rig.session.take();
    rig.conversation.event({ type: 'speech_button', pressed: true });
    expect(rig.session.take()).toEqual(['reply_interrupted', 'listening true']);
    expect(rig.all('turn.started').map(({ turn }) => turn)).toEqual([1, 2]);
    await rig.hear(3, 600);
    expect(rig.stt.utterances[1]?.written.length).toBeGreaterThan(0);
  });
});
