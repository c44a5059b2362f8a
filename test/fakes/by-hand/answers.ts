import type { ChatBody } from '../fake-groq-chat.ts';

/** Longest question that is repeated, UTF-16 units: what is said after it should not take minutes. */
const MAX_REPEATED = 200;

/** What the recognisers say that they have heard: how long it was. @param samples at 16 kHz */
export function heard(samples: Int16Array): string {
  return `I heard ${(samples.length / 16_000).toFixed(1)} seconds.`;
}

/** What the language model answers: it repeats what it was asked last. */
export function answered({ messages }: ChatBody): string {
  const asked = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const text = typeof asked === 'string' ? asked : asked.map((part) => ('text' in part ? part.text : '')).join(' ');
  const words = text.replace(/\s+/g, ' ').trim().slice(0, MAX_REPEATED);
  return /[\p{L}\p{N}]/u.test(words)
    ? `You said: ${words.replace(/[.?!]*$/, '.')} That is all I know.`
    : 'You said nothing.';
}

const FRAME_SAMPLES = 1_920;
const RATE = 24_000;

/** A frame of 80 ms of a tone of 220 Hz that goes on from frame to frame. @param frame its number, from 0 */
export function toneFrame(frame: number): readonly number[] {
  return Array.from({ length: FRAME_SAMPLES }, (_, index) => {
    return 0.3 * Math.sin((2 * Math.PI * 220 * (frame * FRAME_SAMPLES + index)) / RATE);
  });
}
