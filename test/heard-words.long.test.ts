import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedPacer } from '#src/audio/pacer';
import { SentenceVoice } from '#src/conversation/speaking/sentence-voice';
import { Speech } from '#src/conversation/speaking/speech';
import { systemClock } from '#src/core/clock';
import { ManualClock } from '#src/core/manual-clock';
import { engineCall } from '#src/engines/engine-call';
import { EspeakTts } from '#src/engines/espeak/espeak-tts';
import type { PcmChunk, Tts } from '#src/engines/tts';
import { EspeakMarks, type SpokenText } from './support/engines/espeak-marks.ts';
import { dice } from './support/time/dice.ts';

/** Sentences of all kinds, in the voice of espeak that speaks them. */
const SENTENCES: readonly (readonly [voice: string, text: string])[] = [
  ['en-us', 'Do you have a question?'],
  ['en-us', 'It is very quiet. What do you have?'],
  ['en-us', 'Of course I would have done it, if you had told me to.'],
  ['en-us', 'It is in the box at the end of the road for a while.'],
  ['en-us', 'I have 42 apples, and 1,234,567 pears.'],
  ['en-us', '2 + 3 = 5, right?'],
  ['en-us', 'At 12:30 Dr. Smith said AT&T - costs $3.50 of the 5%.'],
  ['en-us', '1st 2nd 3rd 4th, 1990s, 50%, $5, £3.50, #1, A4, B2B, 3D'],
  ['en-us', 'e.g. i.e. etc. Mr. Mrs. Dr. St. vs. U.S. NASA FBI'],
  ['en-us', 'He said "hello" to the man - then left.'],
  ['en-us', '"Quote first," he said. — Dash first. … Dots.'],
  ['en-us', 'Wait — what? "Yes," she said... (maybe).'],
  ['en-us', '- first - second - third'],
  ['en-us', '... wait ... what ...'],
  ['en-us', '(in brackets) [square] {curly} *star* _under_ /slash/'],
  ['en-us', 'Email me at bob@example.com or https://example.com/a?b=c.'],
  ['en-us', '😀 Hello 😀😀 world 🎉!'],
  ['en-us', 'naïve café Zoë’s résumé “quoted” ‘single’'],
  ['en-us', 'Yes! No? Yes! No? Maybe.'],
  ['en-us', 'a b c d e f g'],
  ['en-us', "I'm you're it's don't can't won't they'd've"],
  ['en-us', 'well-known state-of-the-art up-to-date'],
  ['en-us', 'word,word;word:word no spaces,here'],
  ['en-us', 'one\ntwo\n\nthree'],
  ['en-us', 'Yes.'],
  ['en-us', '42'],
  ['en-us', 'Hm?'],
  ['en-us', '你好 hello Привет world'],
  ['en-us', 'It was the best of times, it was the worst of times, it was the age of wisdom.'],
  ['en-us', 'On 12/24/2025 at 7:05 PM it was -5°C outside, i.e. about 23°F.'],
  ['en-us', 'The “A1” road (from X to Y) is 3.5 km long; mind the gap!'],
  ['en-us', 'Chapter IV: King Henry VIII & his 6 wives'],
  ['en-us', 'the of the in the of a to the for a'],
  [
    'en-us',
    `${'The quick brown fox jumps over the lazy dog, and then it does so again. '.repeat(4)}It is done at 5 o'clock.`,
  ],
  ['en-us', `${'It goes on and on without any end in sight and '.repeat(9)}then it stops.`],
  ['en-gb', 'Half past ten, isn’t it? Quite so.'],
  ['fr', 'Qu’est-ce que c’est ? Il y a 42 pommes, n’est-ce pas ? « Oui » !'],
  ['fr', 'Je ne sais pas ce que je vais faire de tout ce qu’il y a là.'],
  ['fr', 'Il est 10h30 ; le 1er mars, n° 5, p. ex. 80 %.'],
  ['de', 'Es sind 42 Äpfel, z.B. die 1.000 großen. „Ja“, sagte er – um 12:30 Uhr.'],
  ['de', 'Donaudampfschifffahrtsgesellschaftskapitän und Rindfleischetikettierung.'],
  ['es', '¿Qué hora es? ¡Son las 3 y media!'],
  ['it', 'Che ore sono? Sono le 15:45, l’amico è qui.'],
  ['ru', 'Привет, как дела? У меня 42 яблока.'],
  ['el', 'Καλημέρα κόσμε, τι κάνεις; Έχω 42 μήλα.'],
  ['cmn', '你好， 今天天气怎么样？ 我很好。'],
  ['ja', 'こんにちは、 元気ですか。'],
  ['hi', 'नमस्ते, आप कैसे हैं? मेरे पास 42 सेब हैं।'],
  ['ar', 'مرحبا، كيف حالك؟ عندي 42 تفاحة.'],
  ['tr', 'Merhaba, nasılsın? Saat 12:30’da görüşürüz.'],
];

const STEP_MS = 10;

/** A moment of an answer: what was held to be heard, and how much of the audio had been played. */
interface Moment {
  readonly heard: readonly string[];
  readonly playedMs: number;
}

interface Listened {
  readonly moments: readonly Moment[];
  readonly spoken: readonly (SpokenText & { readonly startMs: number })[];
}

/** Times of words are whole milliseconds, and samples of another rate. */
const ROUNDING_MS = 2;

/** How many words have surely been played to their end, and how many may have been, when so much of the text was played. */
function wordsPlayed(
  { words, lengthMs }: SpokenText,
  playedMs: number,
): { readonly min: number; readonly max: number } {
  const begun = (ms: number) => words.findLastIndex(({ atMs }) => atMs !== null && atMs <= ms);
  const min = playedMs >= lengthMs + ROUNDING_MS ? words.length : Math.max(0, begun(playedMs - ROUNDING_MS));
  if (playedMs >= lengthMs - ROUNDING_MS) return { min, max: words.length };
  // Words without a mark of their own end somewhere before the next mark.
  const last = begun(playedMs + ROUNDING_MS);
  const next = words.findIndex(({ atMs }, index) => index > last && atMs !== null);
  return { min, max: Math.max(0, (next < 0 ? words.length : next) - 1) };
}

/** Hands on what an engine says about twice as fast as it is played. */
function inRealTime(engine: Tts, pass: (ms: number) => void, hasTimes: boolean): Tts {
  return {
    id: engine.id,
    speak: (text, options) => {
      const capabilities = { streamingText: false, wordTimings: hasTimes };
      return engineCall(slowly(engine.speak(text, options)), engine.id, capabilities);
    },
    close: () => engine.close(),
  };
  async function* slowly(chunks: AsyncIterable<PcmChunk>): AsyncGenerator<PcmChunk> {
    for await (const { sampleRate, samples, words } of chunks) {
      yield { sampleRate, samples, ...(words && hasTimes && { words }) };
      pass((samples.length * 400) / sampleRate);
    }
  }
}

describe('the words that were heard', () => {
  let tts: EspeakTts;
  let marks: EspeakMarks;
  beforeAll(async () => {
    marks = new EspeakMarks();
    tts = new EspeakTts({ clock: systemClock, random: dice() });
    await tts.ready();
  });
  afterAll(() => tts.close());

  /** Speaks sentences behind one another and looks at every moment. @param wrap another engine around espeak */
  async function listen(
    texts: readonly string[],
    voice: string,
    { sampleRate = 24_000, wrap }: { sampleRate?: number; wrap?: (pass: (ms: number) => void) => Tts } = {},
  ): Promise<Listened> {
    const clock = new ManualClock();
    const speech: Speech = new Speech({
      sampleRate,
      frameMs: 40,
      aheadMs: 200,
      clock,
      pacer: new SharedPacer(clock),
      send: () => {},
      onMark: () => {},
      onStarted: () => {},
      onSent: () => {},
      onPlayed: () => {},
      onLate: () => {},
    });
    const moments: Moment[] = [];
    const pass = (ms: number) => {
      for (let left = ms; left > 0; left -= STEP_MS) {
        clock.advance(Math.min(left, STEP_MS));
        const heard = speech.heardWords.split(' ').filter((word) => word !== '');
        moments.push({ heard, playedMs: speech.playout.playedMs });
      }
    };
    const voiceOfAnswer = new SentenceVoice({
      tts: wrap?.(pass) ?? tts,
      tongue: { of: () => ({ voice, language: 'en' }) },
      signal: new AbortController().signal,
      speech,
      onAudio: () => {},
    });
    const spoken: (SpokenText & { startMs: number })[] = [];
    for (const text of texts) {
      if (spoken.length > 0) speech.playout.write(new Int16Array(sampleRate / 5));
      const startMs = (speech.playout.writtenSamples * 1_000) / sampleRate;
      await voiceOfAnswer.speak(text);
      spoken.push({ ...marks.take(), startMs });
    }
    voiceOfAnswer.close();
    speech.playout.end();
    while (clock.pending > 0) pass(STEP_MS);
    pass(STEP_MS);
    expect(moments.length).toBeGreaterThan(10);
    const words = spoken.flatMap((sentence) => sentence.words.map(({ text }) => text));
    expect(moments.at(-1)?.heard).toEqual(words);
    for (const { heard } of moments) expect(heard).toEqual(words.slice(0, heard.length));
    return { moments, spoken };
  }

  /** By how many words what was held to be heard was off at each moment, sentence by sentence: too many are positive. */
  function errorsOf({
    moments,
    spoken,
  }: Listened): { readonly words: number; readonly isNamed: boolean; readonly where: () => string }[] {
    return moments.flatMap(({ heard, playedMs }) => {
      let left = heard.length;
      return spoken.map((sentence) => {
        const own = Math.min(left, sentence.words.length);
        left -= own;
        const { min, max } = wordsPlayed(sentence, Math.max(0, playedMs - sentence.startMs));
        const words = own > max ? own - max : Math.min(0, own - min);
        const where = () => `${JSON.stringify(heard)} after ${playedMs} ms of ${JSON.stringify(sentence)}`;
        return { words, isNamed: sentence.words.every(({ atMs }) => atMs !== null), where };
      });
    });
  }

  /** Where espeak names every word the truth is one number, and so is ours. */
  function expectTruth(listened: Listened): void {
    for (const { words, isNamed, where } of errorsOf(listened)) {
      if (Math.abs(words) > (isNamed ? 0 : 1)) expect.fail(`${words} words too many: ${where()}`);
    }
  }

  it('are those that were played, of fifty sentences cut anywhere', { timeout: 120_000 }, async () => {
    expect(SENTENCES.length).toBeGreaterThanOrEqual(50);
    for (const [voice, text] of SENTENCES) {
      for (const sampleRate of [24_000, 16_000]) expectTruth(await listen([text], voice, { sampleRate }));
    }
  });

  it('are those that were played when the audio comes while it is played', { timeout: 120_000 }, async () => {
    for (const [voice, text] of SENTENCES) {
      expectTruth(await listen([text], voice, { wrap: (pass) => inRealTime(tts, pass, true) }));
    }
  });

  it('are those that were played of several sentences in one answer', { timeout: 120_000 }, async () => {
    for (let first = 0; first < 35; first += 5) {
      const texts = SENTENCES.slice(first, first + 5).map(([, text]) => text);
      expectTruth(await listen(texts, 'en-us'));
    }
  });

  it('are about those when the engine tells nothing of them, once a sentence is there', {
    timeout: 120_000,
  }, async () => {
    const errors: number[] = [];
    for (const [voice, text] of SENTENCES) {
      const listened = await listen([text], voice, { wrap: () => inRealTime(tts, () => {}, false) });
      errors.push(...errorsOf(listened).map(({ words }) => Math.abs(words)));
    }
    // It is a guess at the lengths of words, and of the pauses between them.
    expect(Math.max(...errors)).toBeLessThanOrEqual(3);
    expect(errors.filter((words) => words > 1).length / errors.length).toBeLessThan(0.1);
  });

  it('are not many more than those while a sentence is still being made', { timeout: 120_000 }, async () => {
    for (const [voice, text] of SENTENCES) {
      const listened = await listen([text], voice, { wrap: (pass) => inRealTime(tts, pass, false) });
      for (const { words, where } of errorsOf(listened))
        if (words > 3) expect.fail(`${words} words too many: ${where()}`);
    }
  });
});
