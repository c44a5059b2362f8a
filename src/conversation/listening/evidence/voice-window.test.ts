import { describe, expect, it } from 'vitest';
import type { Voicing } from '../../../engines/vad.ts';
import { VoiceWindow } from './voice-window.ts';

/** A window that was given these frames of 20 ms: v voiced, h held, n speech without pitch, "." no speech. */
function windowOf(frames: string): VoiceWindow {
  const window = new VoiceWindow();
  const kinds: Record<string, Voicing> = { v: 'voiced', h: 'held', n: 'none' };
  for (const frame of frames) window.push(frame !== '.', kinds[frame] ?? 'none');
  return window;
}

describe('what of 600 ms is a voice', () => {
  it.each([
    ['200 ms, half of it voiced', 'nnnnnvvvvv', true],
    ['a word with consonants', 'nnnvvvvvnnnnvvnn', true],
    ['with gaps', 'nvvvvv...nnvvv...nnnn', true],
    ['two knocks at a door', 'hvvvv.....hvvvvhh', false],
    ['too short', 'nnvvvvv', false],
    ['too little voice', 'nnnnnnnnnnnnnnnnvvvv', false],
    ['a rustle', 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn', false],
    ['a chord', 'vhhhhhhvhhhhhvhhhhhhvhhhhvhhhh', false],
    ['a note that slides', 'vvvvvhhhhhhhhhh', false],
    ['a voice 600 ms ago', `vvvvvnnnnn${'.'.repeat(30)}`, false],
    ['nothing', '', false],
  ])('%s', (_, frames, isVoice) => expect(windowOf(frames).isVoice).toBe(isVoice));

  it('while music plays a voice must stand out', () => {
    const music = 'hhhvn'.repeat(20);
    const words = `nn${'vvvvvhvvv'.repeat(2)}`;
    const melody = 'vvhvhvvhvhvvvhv'.repeat(2);
    expect(windowOf(music).isVoice).toBe(false);
    expect(windowOf(`${music}${'.'.repeat(20)}${words}`).isVoice).toBe(true);
    expect(windowOf(`${music}${melody}`).isVoice).toBe(false);
    expect(windowOf('vvvvvhvvhvvhvvvhv'.repeat(2)).isVoice).toBe(true);
  });

  it.each([
    ['"stop"', 'hvvnvnhh', true],
    ['a knock', 'hvvvvh', true],
    ['a rustle', 'nnnnnnnnnnnnnnnn', false],
    ['a note', 'hvvhhhhhhhhhhhh', false],
    ['a bark', 'hhhvhhhhnn', false],
  ])('may be a person: %s', (_, frames, may) => {
    const window = new VoiceWindow();
    let did = false;
    for (const frame of frames) {
      window.push(true, ({ v: 'voiced', h: 'held', n: 'none' } as const)[frame as 'v']);
      did ||= window.mayBeVoice;
    }
    expect(did).toBe(may);
  });

  it('what goes on needs less than what begins', () => {
    const window = windowOf('nnnnnnnnvvv');
    expect(window.isVoice).toBe(false);
    expect(window.goesOn).toBe(true);
    expect(windowOf('hhhhhvvv').goesOn).toBe(false);
  });

  it('knows since when', () => {
    expect(windowOf('..........').sinceSpeech).toBe(0);
    expect(windowOf('vvvvv.....').sinceSpeech).toBe(10);
    expect(windowOf(`v${'.'.repeat(31)}`).sinceSpeech).toBe(0);
  });

  it('can be cleared', () => {
    const window = windowOf('nnnnnvvvvv');
    window.clear();
    expect(window.isVoice).toBe(false);
    expect(window.sinceSpeech).toBe(0);
  });
});
