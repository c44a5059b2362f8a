import { describe, expect, it } from 'vitest';
import { AsyncQueue } from '#src/core/async-queue';
import { once } from '#src/core/once';
import type { PcmChunk, Tts, TtsCapabilities } from '#src/engines/tts';
import {
  all,
  brokenEngine,
  expectEnd,
  expectFailureOf,
  expectNoTimers,
  failureOf,
  listenersOf,
  type Make,
  sharedEngine,
} from './contract.ts';

/** What an engine of this kind has to show. */
export interface TtsCase {
  readonly engine: string;
  readonly capabilities: TtsCapabilities;
  readonly make: Make<Tts>;
}

const SENTENCE = 'The kettle is on, and the tea will soon be ready.';

/** The contract of src/engines/tts.ts. */
export function ttsContract({ engine, capabilities, make }: TtsCase): void {
  const speak = (tts: Tts, text: AsyncIterable<string>, signal = new AbortController().signal) =>
    tts.speak(text, { voice: 'Charles', language: 'en', signal });

  describe(`${engine}, a Tts`, () => {
    const shared = sharedEngine(make);

    it('says of each call which engine speaks and what that can do, before it is read', async () => {
      const { engine: tts } = shared;
      const stream = speak(tts, once(SENTENCE));
      expect(tts.id).toBe(engine);
      expect([stream.engine, stream.capabilities]).toEqual([engine, capabilities]);
      await all(stream);
      expect([stream.engine, stream.capabilities]).toEqual([engine, capabilities]);
    });

    it('speaks at one sample rate, and marks the words where it says so', async () => {
      const { engine: tts } = shared;
      const chunks = await all<PcmChunk>(speak(tts, once(SENTENCE)));
      const rates = new Set(chunks.map(({ sampleRate }) => sampleRate));
      expect(rates.size).toBe(1);
      const samples = chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0);
      expect(samples).toBeGreaterThan([...rates][0] ?? 0);
      const words = chunks.flatMap((chunk) => chunk.words ?? []);
      expect(words.map(({ text }) => text).join(' ')).toBe(capabilities.wordTimings ? SENTENCE : '');
      const places = words.map(({ atSample }) => atSample);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places.every((place) => place <= samples)).toBe(true);
    });

    it('speaks each piece as it comes, the words counted from the start of the call', async () => {
      const { engine: tts } = shared;
      const text = new AsyncQueue<string>();
      const stream = speak(tts, text)[Symbol.asyncIterator]();
      text.push(SENTENCE);
      const chunks: PcmChunk[] = [];
      // The second piece is not there before the first one sounds.
      for (let next = await stream.next(); !next.done; next = await stream.next()) {
        if (chunks.length === 0) {
          text.push('Sugar?');
          text.end();
        }
        chunks.push(next.value);
      }
      const words = chunks.flatMap((chunk) => chunk.words ?? []);
      expect(words.map((word) => word.text).join(' ')).toBe(capabilities.wordTimings ? `${SENTENCE} Sugar?` : '');
      const places = words.map(({ atSample }) => atSample);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    });

    it.each([[], [''], [' \n ', '']])('says nothing where there is nothing to say (%j)', async (...pieces) => {
      const { engine: tts } = shared;
      const text = new AsyncQueue<string>();
      for (const piece of pieces) text.push(piece);
      text.end();
      expect(await all(speak(tts, text))).toEqual([]);
    });

    it('ends with an AbortError when aborted, before, amid, and while it waits for text', async () => {
      const { engine: tts, clock } = shared;
      const early = speak(tts, once(SENTENCE), AbortSignal.abort());
      expect(await failureOf(early[Symbol.asyncIterator]())).toMatchObject({ name: 'AbortError' });

      const amid = new AbortController();
      const speech = speak(tts, once(SENTENCE.repeat(20)), amid.signal)[Symbol.asyncIterator]();
      expect((await speech.next()).done).toBe(false);
      amid.abort();
      expect(await failureOf(speech)).toMatchObject({ name: 'AbortError' });

      const waiting = new AbortController();
      const silent = failureOf(speak(tts, new AsyncQueue<string>(), waiting.signal)[Symbol.asyncIterator]());
      waiting.abort();
      expect(await silent).toMatchObject({ name: 'AbortError' });

      expect([amid, waiting].map(({ signal }) => listenersOf(signal))).toEqual([0, 0]);
      await expectNoTimers(clock);
    });

    it('lets go of everything when the listener leaves, of the text too', async () => {
      const { engine: tts, clock } = shared;
      const { signal } = new AbortController();
      let left = false;
      async function* text() {
        try {
          yield SENTENCE;
          yield SENTENCE;
        } finally {
          left = true;
        }
      }
      for await (const chunk of speak(tts, text(), signal)) {
        expect(chunk.samples).toBeInstanceOf(Int16Array);
        break;
      }
      expect(left).toBe(true);
      expect(listenersOf(signal)).toBe(0);
      await expectNoTimers(clock);
      expect((await all(speak(tts, once('Yes.')))).length).toBeGreaterThan(0);
    });

    it('throws what the text throws as it is', async () => {
      const { engine: tts } = shared;
      const text = new AsyncQueue<string>();
      const broken = new Error('the language model broke down');
      text.push(SENTENCE);
      text.fail(broken);
      expect(await failureOf(speak(tts, text)[Symbol.asyncIterator]())).toBe(broken);
    });

    it('throws an error of ours that names the engine', async () => {
      const tts = await brokenEngine(make);
      const { signal } = new AbortController();
      expectFailureOf(engine, await failureOf(speak(tts, once(SENTENCE), signal)[Symbol.asyncIterator]()));
      expect(listenersOf(signal)).toBe(0);
    });

    // The last test: it closes the engine of the others.
    it('leaves nothing behind when it is closed', async () => {
      const { engine: tts, clock } = shared;
      const { signal } = new AbortController();
      const stream = speak(tts, once(SENTENCE.repeat(20)), signal)[Symbol.asyncIterator]();
      expect((await stream.next()).done).toBe(false);
      await tts.close();
      expectEnd(engine, await failureOf(stream));
      expect(listenersOf(signal)).toBe(0);
      await expectNoTimers(clock);
      await tts.close();
    });
  });
}
