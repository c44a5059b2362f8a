import type { SimEvent } from '../device/events.ts';

/** The line a person wants to read of an event; undefined for the many small ones. */
export function describeEvent(event: SimEvent): string | undefined {
  switch (event.type) {
    case 'connected':
      return `a backend connected (number ${event.connection}, path ${event.path})`;
    case 'disconnected':
      return `the backend left (code ${event.code}${event.reason === '' ? '' : `, ${event.reason}`})`;
    case 'saying':
      return `says: ${event.what} (${seconds(event.durationMs)})`;
    case 'reply_audio_started':
      return 'an answer begins to play';
    case 'reply_ended': {
      const { transcript, replyText, spokenText, audioMs, interrupted } = event.reply;
      const heard = transcript === '' ? '' : `understood as "${transcript}", `;
      const text = replyText === '' ? spokenText : replyText;
      const said = text === '' ? 'answered' : `answered "${text}"`;
      return `${heard}${said} (${seconds(audioMs)} of audio${interrupted ? ', interrupted' : ''})`;
    }
    case 'notice':
      return `the backend reports an error: ${event.code} ${event.message}`.trimEnd();
    case 'violation':
      return `a real device would choke on this: ${event.text}`;
    case 'overrun':
      return `the loudspeaker has no room for more: ${seconds(event.aheadMs)} wait to be played, the rest is dropped`;
    case 'fault':
      return event.text;
    case 'said':
    case 'transcript':
    case 'reply_word':
      return undefined;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
