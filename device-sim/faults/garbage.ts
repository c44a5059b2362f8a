import type { OutgoingMessage } from '../protocols/wire.ts';

const append = (audio: string): string => JSON.stringify({ type: 'input_audio_buffer.append', audio });

/** What devices with broken firmware were seen to send, or could: each must cost the sender an error and nothing else. */
const GARBAGE: readonly OutgoingMessage[] = [
  '{"type":"input_audio_buffer.append","audio":"T2dn',
  append('%%% not base64 %%%'),
  append(Buffer.from('OggS and then nothing of Ogg').toString('base64')),
  '{"type":"make.coffee","cups":2}',
  '[]',
  Uint8Array.of(0xff),
  new Uint8Array(0),
];

/** The n-th piece of garbage; they come round again. */
export function garbage(n: number): OutgoingMessage {
  return GARBAGE[n % GARBAGE.length] ?? '';
}
