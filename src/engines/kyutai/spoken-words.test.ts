import { describe, expect, it } from 'vitest';
import { spokenWords, WordPlaces } from './spoken-words.ts';

it.each([
  ['The kettle is on.', ['The', 'kettle', 'is', 'on.']],
  [' two\n lines ', ['two', 'lines']],
  ['*Well*, `it` is _so_.', ['Well,', 'it', 'is', 'so.']],
  ['“It’s” «là»', ['"It\'s"', '"là"']],
  ['one : two', ['one', 'two']],
  ['* _', []],
])('%j is sent as %j', (text, words) => {
  expect(spokenWords(text)).toEqual(words);
});

describe('WordPlaces', () => {
  it('gives each word with the audio in which it begins', () => {
    const places = new WordPlaces();
    places.named('', 0);
    places.named('one', 0.01);
    places.named('two', 0.1);
    expect(places.before(1_920)).toEqual([{ text: 'one', atSample: 240 }]);
    expect(places.before(1_920)).toEqual([]);
    expect(places.before(3_840)).toEqual([{ text: 'two', atSample: 2_400 }]);
    expect(places.rest(3_840)).toEqual([]);
  });

  it('never goes back, and stays within the audio', () => {
    const places = new WordPlaces();
    places.named('one', 1);
    places.named('two', 0.5);
    places.named('three', 9);
    expect(places.before(24_001).map(({ atSample }) => atSample)).toEqual([24_000, 24_000]);
    expect(places.rest(48_000)).toEqual([{ text: 'three', atSample: 48_000 }]);
  });
});
