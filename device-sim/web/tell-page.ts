import type { SimEvent } from '../device/events.ts';
import type { PageCard } from './page-card.ts';

/** Tells a page what its user wants to know of an event. */
export function tellPage(page: Pick<PageCard, 'tell'>, event: SimEvent): void {
  switch (event.type) {
    case 'connected':
    case 'disconnected':
      page.tell({ type: 'device', name: event.device, connected: event.type === 'connected' });
      return;
    case 'reply_audio_started':
      page.tell({ type: 'answering', on: true });
      return;
    case 'reply_ended': {
      const { transcript, replyText, spokenText } = event.reply;
      if (transcript !== '') page.tell({ type: 'heard', text: transcript.trim() });
      const text = replyText === '' ? spokenText : replyText;
      if (text !== '') page.tell({ type: 'answer', text });
      page.tell({ type: 'answering', on: false });
      return;
    }
    case 'notice':
      page.tell({ type: 'error', text: event.message === '' ? event.code : event.message });
      return;
    case 'saying':
    case 'said':
    case 'transcript':
    case 'reply_word':
    case 'overrun':
    case 'fault':
    case 'violation':
      return;
  }
}
