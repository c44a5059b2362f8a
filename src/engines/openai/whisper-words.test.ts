import { describe, expect, it } from 'vitest';
import { whisperWords } from './whisper-words.ts';

const one = (text: string, noSpeech = 0.01, logProb = -0.2) => ({
  text,
  segments: [{ text, no_speech_prob: noSpeech, avg_logprob: logProb }],
});

describe('what Whisper has really heard', () => {
  it.each([
    [' Thank you.', 0.8, -0.55],
    [' Thank you.', 0.5, -0.9],
    [' Thank you.', 0.35, -0.55],
    [' Thanks for watching!', 0.4, -0.5],
    [' you', 0.7, -0.3],
    [' Bye.', 0.3, -0.6],
    [' Okay.', 0.6, -0.6],
    [' Subtitles by the Amara.org community', 0.01, -0.1],
    [' Okay. Okay. Okay. Okay. Okay.', 0.1, -0.2],
    [' the the the the the', 0.1, -0.3],
    [' [Music]', 0.01, -0.1],
    [' ♪ la la ♪', 0.2, -0.3],
    [' what time is it', 0.8, -1.2],
  ])('nothing in "%s" (%d, %d)', (text, noSpeech, logProb) =>
    expect(whisperWords(one(text, noSpeech, logProb))).toEqual({ text: '' }),
  );

  it.each([
    [' Thank you.', 0.01, -0.2],
    [' Thank you.', 0.04, -0.3],
    [' Yes.', 0.1, -0.5],
    [' What time is it?', 0.8, -0.55],
    [' Stop. Stop. Stop.', 0.02, -0.2],
    [' Call me at (555) 123-4567.', 0.02, -0.2],
  ])('something in "%s" (%d, %d)', (text, noSpeech, logProb) =>
    expect(whisperWords(one(text, noSpeech, logProb)).text).not.toBe(''),
  );

  it('tells how much to doubt it, where there is doubt', () => {
    expect(whisperWords(one(' Thank you.', 0.2, -0.35)).doubt).toBeCloseTo(0.35);
    expect(whisperWords(one(' Thank you.', 0.02, -0.25))).toEqual({ text: 'Thank you.' });
    expect(whisperWords({ text: ' Thank you.' })).toEqual({ text: 'Thank you.' });
  });

  it('judges each segment by itself, and loops over all of them', () => {
    const said = { text: ' Stop the music.', no_speech_prob: 0.02, avg_logprob: -0.3 };
    const made = { text: ' Thank you.', no_speech_prob: 0.4, avg_logprob: -0.5 };
    expect(whisperWords({ text: '', segments: [made, said, made] })).toEqual({ text: 'Stop the music.' });
    const again = { text: ' Go home.', no_speech_prob: 0.02, avg_logprob: -0.2 };
    expect(whisperWords({ text: '', segments: [again, again, again, again] })).toEqual({ text: 'Go home.' });
  });
});
