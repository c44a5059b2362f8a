import { describe, expect, it } from 'vitest';
import { withoutNoiseWords } from './noise-words.ts';

describe('what is no word', () => {
  it.each([
    '[Music]',
    '*music*',
    '**upbeat music**',
    '♪ la la ♪',
    '♪ la la la',
    '♪♪',
    '🎵 🎵',
    '(applause)',
    '(soft music playing)',
    '[BLANK_AUDIO]',
    '[ Silence ]',
    '[INAUDIBLE]',
    '(door knocking)',
    '[speaking in foreign language] (laughs)',
    '(speaking foreign language)',
    '[dog barking in the background]',
    '*sighs*',
    '[Musique]',
    '[Applaus]',
    '(risas)',
    '[música]',
    '[Музыка]',
    '(аплодисменты)',
    '[音楽]',
    '（拍手）',
    '【音乐】',
    '[음악]',
    '[موسيقى]',
    '[संगीत]',
    '[Müzik]',
    '...',
    '. .',
    '[]',
    '',
  ])('leaves nothing of "%s"', (text) => expect(withoutNoiseWords(text)).toBe(''));

  it.each([
    'Call me at (555) 123-4567',
    'call (my mother) now',
    'turn on the music',
    'play (some) music (by Queen)',
    'what is 3 * 4 * 5',
    'what is [x] times two',
    'the door is open (again)',
    'applause',
  ])('leaves "%s" as it is', (text) => expect(withoutNoiseWords(text)).toBe(text));

  it.each([
    ['[Music] what time is it', 'what time is it'],
    ['Stop. (laughs) Stop it *coughs* now', 'Stop. Stop it now'],
    ['♪ la la ♪ turn it off ♪', 'turn it off'],
    ['  Turn  on\nthe light. ', 'Turn on the light.'],
  ])('"%s" is "%s"', (text, words) => expect(withoutNoiseWords(text)).toBe(words));
});
