import type { ReceivedMessage } from '../../../device-sim/device/sim-device.ts';
import type { ToldLine } from './scenario-performance.ts';

/** What the wire's messages mean, in the words of the commands behind them. */
const MEANINGS: Readonly<Record<string, string>> = {
  'response.created': 'reply_started',
  'response.audio.delta': 'play',
  'response.audio.done': 'reply_done',
  'unmute.interrupted_by_vad': 'reply_interrupted',
  'input_audio_buffer.speech_started': 'speech_started',
  'input_audio_buffer.speech_stopped': 'speech_stopped',
  'conversation.item.input_audio_transcription.delta': 'transcript',
  'unmute.response.text.delta.ready': 'reply_text',
  'response.text.delta': 'reply_word',
  'response.text.done': 'reply_text_done',
  error: 'notice',
  binary: 'play',
};

interface PcmPayload {
  readonly payload?: { readonly speaking?: boolean; readonly listening?: boolean; readonly command?: string };
}

/** What a device was sent, in the words of the commands behind it. */
export function toLines(messages: readonly ReceivedMessage[]): ToldLine[] {
  const lines: ToldLine[] = [];
  let status = { speaking: false, listening: false };
  for (const { at: atMs, connection: line, type, json } of messages) {
    const add = (what: string) => lines.push({ atMs, line, what });
    const { payload } = (json ?? {}) as PcmPayload;
    // Every answer ends so, one that was cut short too.
    const isOver = lines.at(-1)?.what === 'reply_interrupted';
    if (type === 'server_status') {
      const { speaking = false, listening = false } = payload ?? {};
      if (listening !== status.listening) add(`listening ${listening}`);
      if (speaking && !status.speaking) add('reply_started');
      if (!speaking && status.speaking && !isOver) add('reply_done');
      status = { speaking, listening };
    } else if (type === 'server_command') {
      add(payload?.command === 'stop' ? 'reply_interrupted' : (payload?.command ?? type));
    } else if (type !== 'response.audio.done' || !isOver) {
      add(MEANINGS[type] ?? type);
    }
  }
  return lines;
}
