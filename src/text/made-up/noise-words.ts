/** Sounds that a recogniser names instead of words, in the languages that Whisper knows best. Lower case, one word each. */
const SOUNDS = words(`
  music musics musique musik música musica muziek muzyka музыка müzik musiikki hudba zene muzică nhạc موسيقى संगीत 音楽 音乐 音樂 음악
  applause applauses applauding clapping claps cheering cheers applaudissements applaus beifall aplausos applausi applaus aplauze
  oklaski brawa аплодисменты alkış applåder potlesk taps 拍手 掌声 鼓掌 박수 تصفيق तालियाँ तालियां
  laughter laughs laughing laugh chuckles chuckle chuckling giggles giggling rires rire lachen gelächter lacht risas risa risos
  risate gelach śmiech смех gülüşmeler kahkaha skratt 笑 笑声 笑い 웃음 ضحك हँसी
  silence silent stille silencio silenzio silêncio stilte cisza тишина sessizlik tystnad 無音 沈黙 静音 침묵 صمت
  blank_audio blank blankaudio inaudible unintelligible indistinct unverständlich inaudibile inaudível ininteligible inintelligible
  nieczytelne неразборчиво 聞き取れず 听不清
  noise noises noisy static hiss hum hums humming buzz buzzing buzzes beep beeps beeping click clicks clicking clack tap tapping
  thud thuds knock knocks knocking bang bangs crash rattle rustling rustle whirring creak creaks squeak squeaks clatter
  footsteps steps typing keyboard door doorbell bell bells phone ringing rings ring alarm siren horn engine motor
  wind rain thunder water splash waves fire crackling birds bird chirping chirps dog dogs bark barks barking cat meow meows crickets
  breathing breathes breath inhales exhales sigh sighs sighing cough coughs coughing sneeze sneezes sniff sniffs sniffles sniffling
  gasp gasps groan groans grunt grunts grunting moan moans scream screams screaming shout shouts shouting cry cries crying sobbing
  snore snores snoring yawn yawns throat gulps burp burps hiccup whistle whistles whistling singing sings chatter chattering murmur
  murmuring mumbling mumbles whispering whispers gunshot gunshots explosion shot
  bruit bruits geräusch geräusche rauschen hintergrundgeräusche ruido ruidos rumore rumori ruído ruídos geluid szum шум gürültü ljud
  toux husten tos tosse hoest kaszel кашель öksürük hosta seufzt räuspert 咳 기침 noise audio sound sounds
`);

/** What may stand beside a sound without making it a sentence. */
const BESIDE = words(`
  soft loud quiet upbeat dramatic gentle tense eerie ominous sad happy slow fast light heavy calm relaxing suspenseful mysterious
  classical electronic rock jazz piano guitar orchestral instrumental theme intro outro background ambient distant faint muffled
  playing plays continues fades stops starts ends begins in out on up down of the a an and with no clears clearing her his their
  baby man woman crowd audience people children speaking speaks talking foreign language other non english overlapping
  opening closes closing opens slams audio track video voice voices mouse de la le du der die das im del di da van и в
`);

/** Anything between brackets, asterisks or notes. */
const BRACKETED = /\[([^[\]]*)\]|\(([^()]*)\)|（([^（）]*)）|【([^【】]*)】|\{([^{}]*)\}|<([^<>]*)>|\*+([^*]+)\*+/gu;
const NOTES = /[♪♫♬♩🎵🎶][^♪♫♬♩🎵🎶]*(?:[♪♫♬♩🎵🎶]+|$)/gu;

/**
 * A text without what is no word in it: `[Music]`, `(applause)`, `*music*`, `♪ la la ♪`, lone marks. What stands in brackets
 * goes only if it names a sound: "call me at (555) 123-4567" stays as it is.
 */
export function withoutNoiseWords(text: string): string {
  const spoken = text
    .replace(BRACKETED, (whole: string, ...groups: (string | undefined)[]) =>
      namesSound(groups.slice(0, 7).find((group) => group !== undefined) ?? '') ? ' ' : whole,
    )
    .replace(NOTES, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(spoken) ? spoken : '';
}

function namesSound(text: string): boolean {
  const named = text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}_]+/u)
    .filter((word) => word !== '');
  if (named.length === 0) return true;
  const isSound = (word: string) =>
    SOUNDS.has(word) || word.split('_').every((part) => SOUNDS.has(part) || BESIDE.has(part));
  if (!named.some(isSound) && text.toLowerCase() !== 'foreign') return false;
  return named.every((word) => isSound(word) || BESIDE.has(word));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}
