/**
 * What Whisper says of noise and silence, since so many films and videos end with it: thanks to the audience, a request to
 * subscribe, a word or two of agreement. People say most of it too: it takes doubt to drop it.
 */
const PHRASES = `
you | thank you | thank you very much | thank you so much | thank you for watching | thanks | thanks for watching
thanks for watching and see you next time | thanks for listening | thank you for listening | thank you for your attention
thank you for your time | thank you guys | thank you all | thank you everyone | thank you bye | thank you goodbye
thank you for joining us | thanks for tuning in | see you | see you later | see you soon | see you next time | see you next week
see you tomorrow | see you in the next video | see you in the next one | see you guys next time | i'll see you next time
i'll see you in the next video | we'll see you next time | bye | bye bye | bye-bye | goodbye | bye guys
please subscribe | please subscribe to my channel | please subscribe to the channel | subscribe | like and subscribe
don't forget to like and subscribe | please like and subscribe | please like share and subscribe | hit the bell
amen | peace | cheers | to be continued
i'm sorry | thank god | foreign
music | applause | laughter

merci | merci beaucoup | merci à tous | merci d'avoir regardé | merci d'avoir regardé cette vidéo | merci d'avoir regardé la vidéo
merci de votre attention | merci pour votre attention | abonnez-vous | abonnez-vous à la chaîne | n'oubliez pas de vous abonner
au revoir | à bientôt | à la prochaine | à très bientôt | musique
applaudissements | rires

danke | danke schön | danke sehr | vielen dank | vielen dank fürs zuschauen | vielen dank fürs zusehen | danke fürs zuschauen
danke fürs zusehen | vielen dank für ihre aufmerksamkeit | vielen dank für die aufmerksamkeit | bis zum nächsten mal
bis zum nächsten video | bis dann | bis bald | bis morgen | tschüss | tschüs | tschau | auf wiedersehen
musik | applaus | das war's | abonniert meinen kanal

gracias | muchas gracias | gracias por ver | gracias por ver el video | gracias por ver el vídeo | gracias por su atención
gracias por mirar | gracias por escuchar | suscríbete | suscríbete al canal | suscribete | no olvides suscribirte | adiós | adios
hasta luego | hasta la próxima | hasta pronto | chau | chao | música | aplausos | risas

grazie | grazie mille | grazie per la visione | grazie per aver guardato | grazie per aver guardato il video
grazie per l'attenzione | grazie a tutti | iscrivetevi al canale | iscriviti al canale | arrivederci | alla prossima | ci vediamo
ciao a tutti | ciao ciao | musica | applausi

obrigado | obrigada | muito obrigado | muito obrigada | obrigado por assistir | obrigado por assistirem | obrigada por assistir
inscreva-se no canal | inscreva-se | se inscreva no canal | tchau | tchau tchau | até logo | até a próxima | até mais
aplausos

dank je | dank je wel | dankjewel | dank u | dank u wel | bedankt | bedankt voor het kijken | bedankt voor het luisteren
dank u voor het kijken | tot de volgende keer | tot ziens | tot morgen | doei | muziek

dziękuję | dziękuję bardzo | dziękuję za uwagę | dzięki | dzięki za oglądanie | dziękuję za obejrzenie | dziękuję za oglądanie
do zobaczenia | do widzenia | do następnego razu | pa pa | muzyka | zapraszam

спасибо | спасибо за просмотр | спасибо за внимание | большое спасибо | спасибо большое | спасибо за субтитры | до свидания
до встречи | до новых встреч | пока | пока пока | подписывайтесь на канал | подписывайтесь на мой канал | подпишись на канал
ставьте лайки | всем пока | музыка | аплодисменты | продолжение следует

дякую | дякую за перегляд | дякую за увагу | підписуйтесь на канал | до побачення

teşekkürler | teşekkür ederim | teşekkür ederiz | izlediğiniz için teşekkürler | izlediğiniz için teşekkür ederim
izlediğiniz için teşekkür ederiz | abone olmayı unutmayın | kanalıma abone olun | görüşmek üzere | görüşürüz | hoşça kalın
hoşçakalın | müzik

谢谢 | 謝謝 | 谢谢大家 | 謝謝大家 | 谢谢观看 | 謝謝觀看 | 谢谢收看 | 謝謝收看 | 谢谢你 | 謝謝你 | 感谢观看 | 感謝觀看 | 感谢收看 | 感謝收看
谢谢你的观看 | 多谢 | 拜拜 | 再见 | 再見 | 下次再见 | 下次再見 | 我们下次再见 | 我们下期再见 | 下期再见 | 请订阅 | 订阅 | 請訂閱
点赞订阅

ありがとう | ありがとうございました | ありがとうございます | ご視聴ありがとうございました | ご視聴ありがとうございます
ご清聴ありがとうございました | ご覧いただきありがとうございます | ご覧いただきありがとうございました | 最後までご視聴いただきありがとうございました
最後までご視聴ありがとうございました | チャンネル登録お願いします | チャンネル登録よろしくお願いします | チャンネル登録をお願いします
高評価とチャンネル登録お願いします | お疲れ様でした | それではまた | また次回 | また次の動画で | さようなら | バイバイ

감사합니다 | 고맙습니다 | 시청해 주셔서 감사합니다 | 시청해주셔서 감사합니다 | 시청해 주셔서 고맙습니다 | 구독과 좋아요 부탁드립니다
구독과 좋아요 | 구독 부탁드립니다 | 다음 영상에서 만나요 | 다음 시간에 만나요 | 다음 주에 만나요 | 안녕히 계세요
오늘도 시청해 주셔서 감사합니다

شكرا | شكراً | شكرا لكم | شكرا جزيلا | شكرا للمشاهدة | شكرا على المشاهدة | شكراً للمشاهدة | شكراً لكم | شكرا لك
اشتركوا في القناة | لا تنسوا الاشتراك في القناة | اشترك في القناة | مع السلامة | إلى اللقاء | موسيقى

धन्यवाद | शुक्रिया | बहुत बहुत धन्यवाद | देखने के लिए धन्यवाद | वीडियो देखने के लिए धन्यवाद | चैनल को सब्सक्राइब करें
संगीत

tack | tack så mycket | tack för att ni tittade | tack för att du tittade | tack för att ni har tittat | tack för idag
tack och hej | hej då | hejdå | vi ses | vi ses nästa gång | ja tack | musik
tak fordi du så med | tak fordi i så med | tak for i dag | mange tak | vi ses næste gang | farvel
takk | takk for at du så på | takk for at dere så på | tusen takk | ha det | ha det bra | vi sees
kiitos | kiitos kun katsoitte | kiitos katsomisesta | nähdään
děkuji | děkuji za pozornost | děkujeme za sledování | díky za sledování | na shledanou
ďakujem | ďakujem za pozornosť | dovidenia
köszönöm | köszönöm szépen | köszönöm a figyelmet | köszönöm, hogy megnézted | viszlát
mulțumesc | mulțumesc pentru vizionare | mulțumim pentru vizionare | la revedere | pa pa
ευχαριστώ | ευχαριστούμε | ευχαριστώ που παρακολουθήσατε | ευχαριστώ πολύ
תודה | תודה רבה | תודה על הצפייה | תודה שצפיתם | להתראות
cảm ơn | cảm ơn các bạn | cảm ơn các bạn đã theo dõi | cảm ơn các bạn đã xem video | hẹn gặp lại các bạn
hãy đăng ký kênh | hẹn gặp lại các bạn trong những video tiếp theo
terima kasih | terima kasih telah menonton | terima kasih kerana menonton | sampai jumpa | sampai jumpa lagi
ขอบคุณ | ขอบคุณครับ | ขอบคุณค่ะ | ขอบคุณที่รับชม
متشکرم | ممنون | با تشکر | مرسی | خداحافظ
gràcies | gràcies per veure el vídeo | adéu
хвала | hvala | hvala na gledanju | hvala lijepa | doviđenja | vidimo se
благодаря | благодаря ви | благодаря за гледането | довиждане
`;

/** Single words that Whisper makes of noise too, and people of a clear mind: it takes more doubt to drop them. */
const WORDS = `
okay | ok | yeah | yes | oh | ah | uh | um | hmm | hm | mm | mhm | mm-hmm | uh-huh | huh | so | and | the | a | i | it | is
right | all right | alright | sure | i see | well | wow | oui | ouais | d'accord | voilà | ok merci | bon | bien | ah oui
euh | ja | genau | ach so | also | mhm ja | äh | sí | si | bueno | vale | va bene | sì | ecco | allora | eh | sim | é
é isso | ja ja | oké | tak | угу | ага | ну | так | evet | tamam | 嗯 | 好 | 好的 | 对 | 是 | 啊 | 哦 | はい | うん | ええ | あ | あー | えー
んー | そうですね | 네 | 예 | 응 | 아 | نعم | हाँ | हां | ठीक है | जी | okej | joo | ano | igen | ναι | כן | vâng | ya | ครับ | ค่ะ
بله | да | da
`;

/** Credits of subtitles. People say none of them to a device. */
const CREDITS: readonly RegExp[] = [
  /amara\.?\s?org|castingwords|bf-watch tv|mooji\.org|transcriptoeast/,
  /\b(?:subtitles|subtitled|captions|captioned|transcribed|transcription) (?:and \w+ )?by\b/,
  /sous-titr(?:es?|és?) (?:réalisés?|par|faits?|fr\b)|sous-titrage (?:st|fr\b|mfp|société|:)/,
  /untertitel(?:ung)? (?:der|im auftrag|von|des|aufgrund)\b/,
  /^(?:copyright )?(?:wdr|swr|zdf|ndr|mdr|ard|br|orf|srf)(?: (?:text|mediagroup|für funk))?,? (?:19|20)\d\d/,
  /subtítulos (?:realizados|por|creados) |subtitulado por /,
  /sottotitoli (?:creati|e revisione|a cura|di qtss|by) ?/,
  /legendas (?:pela|por|by|feitas) |legendado por /,
  /ondertiteling door |ondertiteld door |tv gelderland 20/,
  /napisy (?:stworzone|wykonane|by) /,
  /субтитры (?:и титры )?(?:сделал|сделаны|создавал|создал|подогнал|добавил|предоставил|делал)|редактор субтитров/,
  /^altyazı m\.?\s?k\.?$/,
  /undertexter (?:från|av) |svensktextning\.nu|textning stina hedin/,
  /danske tekster (?:af|ved) |undertekster (?:af|av) |teksting av |scandinavian text service/,
  /feliratok: |a feliratot |titulky (?:vytvořil|vytvoril)/,
  /字幕(?:制作|製作|志愿者|志願者|組|组|提供|作成|by|:|：)|明镜与点点|明鏡與點點|优优独播|優優獨播|不吝点赞|不吝點贊/,
  /mbc 뉴스 |kbs 뉴스 |한글자막 by|자막 제공/,
  /ترجمة نانسي قنقر|ترجمة وتعديل/,
];

/** What a text that may be made up of noise consists of. */
export type StockKind =
  /** Credits of subtitles: never said. */
  | 'credit'
  /** Thanks, farewells, requests to subscribe: "Thank you.", "Thanks for watching!", "you". */
  | 'phrase'
  /** Agreement and interjections only: "Okay.", "Oh. Yeah." */
  | 'word';

const PHRASE_KEYS = keysOf(PHRASES);
const WORD_KEYS = keysOf(WORDS);

/** Whether a text is nothing but what Whisper likes to make of noise, and of which kind; null: it is something else. */
export function stockKind(text: string): StockKind | null {
  const plain = text.toLowerCase().replace(/[’‘]/g, "'").trim();
  if (CREDITS.some((credit) => credit.test(plain))) return 'credit';
  if (PHRASE_KEYS.has(keyOf(text))) return 'phrase';
  const keys = text
    .split(/[.!?…,。！？、，؟।—–]+/u)
    .map(keyOf)
    .filter((key) => key !== '');
  if (keys.length === 0 || !keys.every((key) => PHRASE_KEYS.has(key) || WORD_KEYS.has(key))) return null;
  return keys.some((key) => PHRASE_KEYS.has(key)) ? 'phrase' : 'word';
}

function keysOf(phrases: string): ReadonlySet<string> {
  return new Set(
    phrases
      .split(/[|\n]/)
      .map(keyOf)
      .filter((key) => key !== ''),
  );
}

/** Letters and digits only: spaces are left out too, for not all scripts agree about them. */
function keyOf(text: string): string {
  return (
    text
      .toLowerCase()
      .normalize('NFC')
      // A dotted capital I leaves its dot behind.
      .replace(/\u0307|[^\p{L}\p{M}\p{N}]/gu, '')
  );
}
