import { describe, expect, it } from 'vitest';
import { stockKind } from './stock-phrases.ts';

describe('what Whisper makes of noise', () => {
  it.each([
    'Thank you.',
    ' Thank you very much. ',
    'Thanks for watching!',
    'you',
    'Bye.',
    'Bye. Bye-bye!',
    'Thank you. Bye.',
    "Don't forget to like and subscribe.",
    'Merci d’avoir regardé cette vidéo !',
    'Merci.',
    'Vielen Dank.',
    '¡Gracias por ver el video!',
    'Grazie a tutti.',
    'Obrigado.',
    'Bedankt voor het kijken!',
    'Dziękuję za uwagę.',
    'Спасибо за просмотр!',
    'Продолжение следует...',
    'İzlediğiniz için teşekkür ederim.',
    '謝謝觀看',
    'ご視聴ありがとうございました。',
    '시청해주셔서 감사합니다.',
    'شكرا للمشاهدة',
    'धन्यवाद',
    'Tack för att ni tittade.',
    'Cảm ơn các bạn đã theo dõi.',
    'Terima kasih telah menonton!',
  ])('is a phrase: "%s"', (text) => expect(stockKind(text)).toBe('phrase'));

  it.each([
    'Subtitles by the Amara.org community',
    "Sous-titres réalisés par la communauté d'Amara.org",
    'Sous-titrage ST’ 501',
    'Untertitel der Amara.org-Community',
    'Untertitel im Auftrag des ZDF für funk, 2017',
    'Copyright WDR 2021',
    'Subtítulos realizados por la comunidad de Amara.org',
    'Sottotitoli creati dalla comunità Amara.org',
    'Legendas pela comunidade Amara.org',
    'Ondertiteling door de Amara.org gemeenschap',
    'Napisy stworzone przez społeczność Amara.org',
    'Субтитры сделал DimaTorzok',
    'Altyazı M.K.',
    '字幕由Amara.org社区提供',
    '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
    'MBC 뉴스 김수영입니다.',
    'ترجمة نانسي قنقر',
    'Undertexter från Amara.org-gemenskapen',
    'Transcription by CastingWords',
  ])('is a credit: "%s"', (text) => expect(stockKind(text)).toBe('credit'));

  it.each(['Okay.', 'Oh. Yeah.', 'So,', 'the', 'Oui.', 'Ja.', 'はい', '嗯'])('is a word: "%s"', (text) =>
    expect(stockKind(text)).toBe('word'),
  );

  it.each([
    'what time is it',
    'thank you for the music',
    'stop',
    'no',
    'No, wait.',
    'hello',
    'you are wrong',
    'turn off the subtitles',
    'Untertitel einschalten',
    'active les sous-titres',
    'altyazıları aç',
    'say goodbye to Anna',
    '',
    '...',
  ])('is something that was said: "%s"', (text) => expect(stockKind(text)).toBeNull());
});
