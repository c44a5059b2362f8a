import { imagesOf } from '../../engines/chat-content.ts';
import type { ChatMessage, Llm, LlmDelta, LlmReply } from '../../engines/llm.ts';
import { baseLanguage } from '../../text/language-tag.ts';

/** Said in front of a reply to words about a picture that the model does not see. */
const CANNOT_SEE: Readonly<Record<string, string>> = {
  ar: 'لا أستطيع رؤية الصور.',
  cs: 'Obrázky nevidím.',
  da: 'Jeg kan ikke se billeder.',
  de: 'Ich kann keine Bilder sehen.',
  en: 'I cannot see pictures.',
  es: 'No puedo ver imágenes.',
  fi: 'En näe kuvia.',
  fr: 'Je ne peux pas voir les images.',
  hi: 'मैं तस्वीरें नहीं देख सकता।',
  it: 'Non posso vedere le immagini.',
  ja: '画像を見ることができません。',
  ko: '저는 사진을 볼 수 없어요.',
  nl: 'Ik kan geen afbeeldingen zien.',
  no: 'Jeg kan ikke se bilder.',
  pl: 'Nie widzę obrazów.',
  pt: 'Não consigo ver imagens.',
  ru: 'Я не вижу изображений.',
  sv: 'Jag kan inte se bilder.',
  tr: 'Resimleri göremiyorum.',
  uk: 'Я не бачу зображень.',
  zh: '我看不到图片。',
};

/** Whether the user has shown a picture with what they said last, and the engine that answers sees none. Of one turn. */
export class Sight {
  #isUnseen = false;

  get isUnseen(): boolean {
    return this.#isUnseen;
  }

  /** The language model, watched for what it sees. */
  watch(llm: Llm): Llm {
    return {
      id: llm.id,
      close: () => llm.close(),
      reply: (messages, options) => {
        const reply = llm.reply(messages, options);
        return showsPicture(messages) ? this.#watched(reply) : reply;
      },
    };
  }

  #watched(reply: LlmReply): LlmReply {
    const learn = () => {
      this.#isUnseen = !reply.capabilities.images;
    };
    return {
      get engine() {
        return reply.engine;
      },
      get capabilities() {
        return reply.capabilities;
      },
      async *[Symbol.asyncIterator]() {
        for await (const delta of reply) {
          // Which engine answers is known with its first piece.
          learn();
          yield delta;
        }
      },
    };
  }
}

/**
 * A reply that begins with words that say so, where the model does not see the picture that it is asked about: what else it says of
 * it would be made up.
 * @param language BCP 47; in one that has no such words here the model alone says what it makes of it
 */
export async function* tellingOfUnseen(
  reply: AsyncIterable<LlmDelta>,
  sight: Sight,
  language: string,
): AsyncGenerator<LlmDelta> {
  let words = CANNOT_SEE[baseLanguage(language)];
  for await (const delta of reply) {
    if (delta.type === 'token' && words !== undefined && sight.isUnseen) {
      yield { type: 'token', text: `${words} ` };
      words = undefined;
    }
    yield delta;
  }
}

function showsPicture(messages: readonly ChatMessage[]): boolean {
  const said = messages.findLast(({ role }) => role === 'user');
  return said !== undefined && imagesOf(said).length > 0;
}
