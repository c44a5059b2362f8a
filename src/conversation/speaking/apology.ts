import type { ErrorCode } from '../../core/errors.ts';
import type { EngineKind } from '../../engines/events.ts';
import { baseLanguage } from '../../text/language-tag.ts';

/** Said when an engine has no room for one more, by language (the first part of its BCP 47 tag). */
const NO_ROOM: Readonly<Record<string, string>> = {
  ar: 'يتحدث إليّ الآن عدد كبير من الناس. حاول مرة أخرى بعد قليل.',
  bg: 'Твърде много хора говорят с мен. Опитайте отново след малко.',
  ca: 'Hi ha massa gent parlant amb mi. Torna-ho a provar d’aquí a un moment.',
  cs: 'Právě se mnou mluví příliš mnoho lidí. Zkuste to za chvíli znovu.',
  da: 'Der er for mange, der taler med mig. Prøv igen om et øjeblik.',
  de: 'Gerade sprechen zu viele Leute mit mir. Bitte versuche es gleich noch einmal.',
  el: 'Πάρα πολλοί μου μιλούν τώρα. Δοκιμάστε ξανά σε λίγο.',
  en: 'Too many people are talking to me. Please try again in a moment.',
  es: 'Demasiadas personas me están hablando. Inténtalo de nuevo en un momento.',
  fa: 'الان افراد زیادی با من صحبت می‌کنند. کمی بعد دوباره امتحان کنید.',
  fi: 'Liian moni puhuu minulle juuri nyt. Yritä hetken päästä uudelleen.',
  fr: 'Trop de personnes me parlent en ce moment. Réessayez dans un instant.',
  he: 'יותר מדי אנשים מדברים איתי עכשיו. נסו שוב בעוד רגע.',
  hi: 'अभी बहुत सारे लोग मुझसे बात कर रहे हैं। कृपया थोड़ी देर में फिर कोशिश करें।',
  hr: 'Previše ljudi razgovara sa mnom. Pokušajte ponovno za trenutak.',
  hu: 'Túl sokan beszélnek most hozzám. Próbálja újra egy pillanat múlva.',
  id: 'Terlalu banyak orang yang berbicara dengan saya. Coba lagi sebentar lagi.',
  it: 'Troppe persone mi stanno parlando. Riprova tra un momento.',
  ja: 'ただいま混み合っています。少ししてからもう一度お試しください。',
  ko: '지금 이용자가 너무 많습니다. 잠시 후 다시 시도해 주세요.',
  nb: 'Det er for mange som snakker med meg. Prøv igjen om et øyeblikk.',
  nl: 'Er praten te veel mensen met me. Probeer het zo nog eens.',
  nn: 'Det er for mange som snakkar med meg. Prøv igjen om litt.',
  no: 'Det er for mange som snakker med meg. Prøv igjen om et øyeblikk.',
  pl: 'Zbyt wiele osób teraz ze mną rozmawia. Spróbuj ponownie za chwilę.',
  pt: 'Muitas pessoas estão falando comigo agora. Tente de novo daqui a pouco.',
  ro: 'Prea multe persoane vorbesc cu mine. Încercați din nou peste o clipă.',
  ru: 'Сейчас со мной говорит слишком много людей. Попробуйте ещё раз чуть позже.',
  sk: 'Práve sa so mnou rozpráva priveľa ľudí. Skúste to o chvíľu znova.',
  sl: 'Preveč ljudi govori z mano. Poskusite znova čez trenutek.',
  sv: 'För många pratar med mig just nu. Försök igen om en stund.',
  th: 'ตอนนี้มีคนคุยกับฉันมากเกินไป โปรดลองใหม่อีกครั้งในอีกสักครู่',
  tr: 'Şu anda çok fazla kişi benimle konuşuyor. Lütfen birazdan tekrar deneyin.',
  uk: 'Зараз зі мною говорить забагато людей. Спробуйте ще раз за мить.',
  ur: 'اس وقت بہت سے لوگ مجھ سے بات کر رہے ہیں۔ تھوڑی دیر بعد دوبارہ کوشش کریں۔',
  vi: 'Hiện có quá nhiều người đang nói chuyện với tôi. Vui lòng thử lại sau giây lát.',
  zh: '现在和我说话的人太多了。请稍后再试。',
};

/** Said when what the user said is lost, by language. */
const AGAIN: Readonly<Record<string, string>> = {
  ar: 'لم أسمع ذلك. من فضلك قلها مرة أخرى.',
  bg: 'Не чух това. Моля, кажете го пак.',
  ca: 'No ho he sentit. Torna-ho a dir, si us plau.',
  cs: 'To jsem neslyšel. Řekněte to prosím znovu.',
  da: 'Det hørte jeg ikke. Sig det venligst igen.',
  de: 'Das habe ich nicht gehört. Bitte sag es noch einmal.',
  el: 'Δεν το άκουσα. Πείτε το ξανά, παρακαλώ.',
  en: 'I did not hear that. Please say it again.',
  es: 'No lo he oído. Dilo otra vez, por favor.',
  fa: 'نشنیدم. لطفاً دوباره بگویید.',
  fi: 'En kuullut sitä. Sano se uudestaan.',
  fr: "Je n'ai pas entendu. Répétez, s'il vous plaît.",
  he: 'לא שמעתי. נא לומר שוב.',
  hi: 'मैंने नहीं सुना। कृपया फिर से कहें।',
  hr: 'Nisam to čuo. Molim, ponovite.',
  hu: 'Ezt nem hallottam. Kérem, mondja újra.',
  id: 'Saya tidak mendengarnya. Tolong ulangi.',
  it: 'Non ho sentito. Ripeti, per favore.',
  ja: '聞き取れませんでした。もう一度お願いします。',
  ko: '듣지 못했어요. 다시 말씀해 주세요.',
  nb: 'Det hørte jeg ikke. Si det en gang til.',
  nl: 'Dat heb ik niet gehoord. Zeg het nog eens.',
  nn: 'Det høyrde eg ikkje. Sei det ein gong til.',
  no: 'Det hørte jeg ikke. Si det en gang til.',
  pl: 'Nie usłyszałem tego. Proszę powtórzyć.',
  pt: 'Não ouvi. Diga outra vez, por favor.',
  ro: 'Nu am auzit. Repetați, vă rog.',
  ru: 'Я этого не услышал. Повторите, пожалуйста.',
  sk: 'To som nepočul. Povedzte to prosím znova.',
  sl: 'Tega nisem slišal. Prosim, ponovite.',
  sv: 'Det hörde jag inte. Säg det en gång till.',
  th: 'ไม่ได้ยิน กรุณาพูดอีกครั้ง',
  tr: 'Bunu duymadım. Lütfen tekrar söyleyin.',
  uk: 'Я цього не почув. Повторіть, будь ласка.',
  ur: 'میں نے نہیں سنا۔ براہ کرم دوبارہ کہیں۔',
  vi: 'Tôi không nghe thấy. Xin nói lại.',
  zh: '我没听到。请再说一遍。',
};

/** The failures that are over by themselves in a moment. */
const OF_CAPACITY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['engine_overloaded', 'engine_rate_limited']);

/**
 * What the user is told of a failure, where words help more than the sound of one: an engine without room is worth another
 * try, and what was said to a recogniser that has died on this machine is lost. Undefined: nothing.
 * @param language BCP 47; in one that has no such words here nothing is said
 */
export function apologyFor(
  { kind, code }: { readonly kind: EngineKind; readonly code: ErrorCode },
  language: string,
): string | undefined {
  const base = baseLanguage(language);
  if (OF_CAPACITY.has(code)) return NO_ROOM[base];
  return kind === 'stt' && code === 'speech_host_down' ? AGAIN[base] : undefined;
}
