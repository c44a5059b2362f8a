import { expect, test } from 'vitest';
import type { PcmChunk } from '../tts.ts';
import type { EspeakWordMark } from './espeak-messages.ts';
import { EspeakRequest } from './espeak-request.ts';

const VOICE = { names: ['en-us'], rate: 165, pitch: 50 };
const RATE = 1_000;

/** What comes of the words that espeak names in each unit: [position, milliseconds], each unit in chunks of 100 ms. */
async function placed(text: string, units: readonly (readonly (readonly [number, number])[])[], unitMs = 1_000) {
  const request = new EspeakRequest(1, text, VOICE);
  for (const events of units) {
    request.nextUnit(RATE);
    const words = events.map(([position, atMs]): EspeakWordMark => ({ position, atMs }));
    for (let from = 0; from < unitMs; from += 100) {
      const here = words.filter(({ atMs }) => atMs >= from && atMs < from + 100);
      request.heard(new Int16Array(100), here);
    }
    request.unitDone();
  }
  request.audio.end();
  const chunks: PcmChunk[] = [];
  for await (const chunk of request.audio) chunks.push(chunk);
  return {
    words: chunks.flatMap(({ words = [] }) => words.map(({ text: word, atSample }) => `${word} ${atSample}`)),
    samples: chunks.reduce((sum, { samples }) => sum + samples.length, 0),
  };
}

test('words are where espeak names them, and a number of several words is one', async () => {
  const { words } = await placed('I have 42 pears', [
    [
      [1, 0],
      [3, 100],
      [8, 300],
      [9, 500],
      [11, 700],
    ],
  ]);
  expect(words).toEqual(['I 0', 'have 100', '42 300', 'pears 700']);
});

test('a word that was run into the one before it begins in proportion, a second one at the end', async () => {
  expect(
    (
      await placed('would have done', [
        [
          [1, 100],
          [12, 650],
        ],
      ])
    ).words,
  ).toEqual(['would 100', 'have 400', 'done 650']);
  expect((await placed('for a while', [[[1, 400]]])).words).toEqual(['for 400', 'a 600', 'while 1000']);
});

test('punctuation takes no time', async () => {
  const { words } = await placed('... man - then left - !', [
    [
      [5, 100],
      [9, 300],
      [16, 700],
    ],
  ]);
  expect(words).toEqual(['... 0', 'man 100', '- 300', 'then 300', 'left 700', '- 1000', '! 1000']);
});

test('a position on the space before a word is that word', async () => {
  const { words } = await placed('St. vs. us', [
    [
      [1, 0],
      [4, 300],
      [9, 600],
    ],
  ]);
  expect(words).toEqual(['St. 0', 'vs. 300', 'us 600']);
});

test('units follow one another, each with the pause before it', async () => {
  const first = `${'word '.repeat(22)}end.`;
  const { words, samples } = await placed(`${first} Two more. ${first}`, [[[1, 0]], [[1, 50]], []]);
  // 300 ms between sentences, and 10 ms that carry the words behind the end of a unit.
  expect(samples).toBe(3_630);
  expect(words.at(0)).toBe('word 0');
  expect(words.slice(22, 24)).toEqual(['end. 1000', 'Two 1360']);
  expect(words.filter((word) => word.startsWith('more'))).toEqual(['more. 1613']);
});
