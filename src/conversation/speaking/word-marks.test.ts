import { describe, expect, it } from 'vitest';
import { SharedPacer } from '../../audio/pacer.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { PcmChunk } from '../../engines/tts.ts';
import { Speech } from './speech.ts';
import { WordMarks } from './word-marks.ts';

const RATE = 1_000;
const LETTERS_PER_SECOND = 10;

/** An answer at one sample a millisecond. */
class Answer {
  readonly clock = new ManualClock();
  readonly shown: string[] = [];
  readonly speech: Speech;
  #words: WordMarks | undefined;

  constructor() {
    this.speech = new Speech({
      sampleRate: RATE,
      frameMs: 20,
      aheadMs: 40,
      clock: this.clock,
      pacer: new SharedPacer(this.clock),
      send: () => {},
      onMark: (word) => this.shown.push(word),
      onStarted: () => {},
      onSent: () => {},
      onPlayed: () => {},
      onLate: () => {},
    });
  }

  begin(sentence: string): void {
    this.#words = new WordMarks(sentence, this.speech, LETTERS_PER_SECOND);
  }

  /** Audio of the sentence. @param words undefined: the engine does not tell; at twice the rate of the answer */
  chunk(ms: number, words?: Readonly<Record<string, number>> | null, isTimed = words !== undefined): void {
    const marks = Object.entries(words ?? {}).map(([text, atMs]) => ({ text, atSample: atMs * 2 }));
    const samples = new Int16Array(ms * 2);
    const chunk: PcmChunk = { sampleRate: 2 * RATE, samples, ...(marks.length > 0 && { words: marks }) };
    this.#words?.place(chunk, isTimed);
    this.#words?.write(new Int16Array(ms));
  }

  finish(): void {
    this.#words?.finish();
  }

  /** Where the words are, samples. */
  get places(): Record<string, number> {
    const words = this.speech.playout.marks.filter(({ mark }) => mark !== '');
    return Object.fromEntries(words.map(({ mark, atSample }) => [mark, Math.round(atSample)]));
  }
}

describe('an engine that tells where its words are', () => {
  it('is never guessed at: a chunk in which no word begins adds nothing', () => {
    const answer = new Answer();
    answer.begin('Do you have a question?');
    answer.chunk(1_000, { Do: 0 });
    answer.chunk(1_000, null);
    expect(answer.places).toEqual({ Do: 0 });
    answer.chunk(1_000, { you: 2_100, have: 2_300 });
    answer.chunk(1_000, null);
    answer.chunk(1_000, { a: 4_000, 'question?': 4_500 });
    answer.finish();
    expect(answer.places).toEqual({ Do: 0, you: 2_100, have: 2_300, a: 4_000, 'question?': 4_500 });
  });

  it('may tell of a word late, or name it otherwise, and none goes backwards', () => {
    const answer = new Answer();
    answer.begin('one two three four five.');
    answer.chunk(1_000, { one: 0 });
    answer.chunk(1_000, { two: 900, three: 1_200, four: 1_100 });
    answer.finish();
    expect(answer.places).toEqual({ one: 0, two: 900, three: 1_200, four: 1_200, 'five.': 1_450 });
  });

  it('passes over words: they are between their neighbours', () => {
    const answer = new Answer();
    answer.begin('I would have done it');
    answer.chunk(2_000, { I: 0, would: 400, done: 950 });
    answer.finish();
    expect(answer.places).toEqual({ I: 0, would: 400, have: 700, done: 950, it: 1_606 });
  });

  it('that names none at all has its words spread over the sentence', () => {
    const answer = new Answer();
    answer.begin('have done it');
    answer.chunk(650, null);
    answer.chunk(650, null);
    expect(answer.places).toEqual({});
    answer.finish();
    expect(answer.places).toEqual({ have: 0, done: 500, it: 1_000 });
  });

  it('begins behind what was said before, and the silence of a slow engine is no speech', () => {
    const answer = new Answer();
    answer.begin('one');
    answer.chunk(500, { one: 0 });
    answer.finish();
    answer.begin('two three four');
    answer.chunk(510, { two: 10, three: 480 });
    // 10 ms wait for the rest of a frame, which does not come in time.
    answer.clock.advance(1_000);
    expect(answer.speech.playout.writtenSamples).toBe(1_020);
    answer.chunk(500, { four: 600 });
    answer.finish();
    expect(answer.places).toEqual({ one: 0, two: 510, three: 980, four: 1_110 });
    answer.clock.advance(100);
    expect(answer.speech.heardWords).toBe('one two');
    answer.clock.advance(20);
    expect(answer.speech.heardWords).toBe('one two three');
  });
});

describe('an engine that does not tell', () => {
  it('is guessed at, and its words are moved to where they must be once the sentence is there', () => {
    const answer = new Answer();
    answer.begin('have done that with this');
    answer.chunk(1_250);
    expect(answer.places).toEqual({ have: 0, done: 500, that: 1_000 });
    answer.chunk(1_250);
    answer.finish();
    expect(answer.places).toEqual({ have: 0, done: 500, that: 1_000, with: 1_500, this: 2_000 });

    answer.begin('Have Done That');
    answer.chunk(3_000);
    answer.finish();
    expect(answer.places).toMatchObject({ Have: 2_500, Done: 3_500, That: 4_500 });
  });

  it('that is slower than was thought has said no more than was played', () => {
    const answer = new Answer();
    answer.begin('have done that with this');
    answer.chunk(3_000);
    answer.clock.advance(1_700);
    expect(answer.speech.heardWords).toBe('have done that');
    answer.chunk(3_000);
    answer.finish();
    // 1,200 ms a word.
    expect(answer.speech.heardWords).toBe('have');
    expect(answer.shown).toEqual(['have', 'done', 'that', 'with']);
    answer.speech.playout.end();
    answer.clock.advance(4_200);
    expect(answer.speech.heardWords).toBe('have done that with');
    answer.clock.advance(200);
    expect(answer.speech.heardWords).toBe('have done that with this');
    // Each was shown once.
    expect(answer.shown).toEqual(['have', 'done', 'that', 'with', 'this', '']);
  });

  it('that is faster than was thought has said what was played', () => {
    const answer = new Answer();
    answer.begin('have done that with this');
    answer.chunk(500);
    answer.chunk(500);
    answer.finish();
    expect(answer.places).toEqual({ have: 0, done: 200, that: 400, with: 600, this: 800 });
  });

  it('may be followed by one that does, amid a sentence', () => {
    const answer = new Answer();
    answer.begin('have done that with this');
    answer.chunk(600, undefined);
    answer.chunk(600, { have: 0, done: 300, that: 700, with: 900 });
    answer.finish();
    expect(answer.places).toEqual({ have: 0, done: 500, that: 700, with: 900, this: 1_050 });
  });
});
