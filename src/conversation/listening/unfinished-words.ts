import { baseLanguage } from '../../text/language-tag.ts';

/** Words of one language that show that the speaker goes on. */
interface UnfinishedWords {
  /** Sounds of a user who is thinking. */
  readonly sounds: ReadonlySet<string>;
  /** Words that seldom end a sentence: articles, conjunctions, possessives, prepositions. */
  readonly closed: ReadonlySet<string>;
  /** Further words by which a text in this language is known. */
  readonly common: ReadonlySet<string>;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ''));

/** Sounds that are a word in none of the languages here. */
const SOUNDS_ANYWHERE = 'umm ummm uhm uhmm uhh uhhh hmm hmmm erm ähm äh öhm ehm euh';

/**
 * By ISO 639-1 code. What may well end a sentence is left out, whatever its class: English "on" ("turn it on"), "that" and
 * "her", German "an", "das" and "mit", Dutch "het", Italian "mio".
 */
const UNFINISHED: Readonly<Record<string, UnfinishedWords>> = {
  en: {
    sounds: set('um uh er hm'),
    closed: set(`and but or nor because if whether than although unless until the a an my your our their its of to with
      for from at by into onto about between without as every i'm i'd i'll we're you're they're it's what's where's`),
    common: set(`what where when who how why is are was it you he she we they me do does did can could will would please
      in on off not there this that have has tell give set turn`),
  },
  fr: {
    sounds: set('euh heu hum ben bah'),
    closed: set(`et mais ou donc car le la les l un une des du de d mon ma mes ton ta tes son sa ses notre votre nos vos
      leurs que qu à au aux avec dans sans chez par pour sur parce ce cet cette ces je j très entre`),
    common: set(`est c'est il elle on nous vous tu quel quelle quels où quand comment qui quoi moi toi pas y a sont
      s'il te plaît bonjour fait en`),
  },
  de: {
    sounds: set('hm tja'),
    closed:
      set(`und oder aber weil dass ob wenn als denn sondern der die den dem des eine einen einem einer eines mein meine
      meinen meinem meiner dein deine deinen deinem deiner unser unsere für von in im ins am zum zur beim vom ohne durch
      gegen zwischen`),
    common: set(`was wo wann wer wie warum ist sind war es das du er sie wir ihr mir mich dir bitte nicht kann kannst
      hast hat habe ein an aus auf mit`),
  },
  es: {
    sounds: set('eh em'),
    closed: set(`y e o u pero porque que el la los las un una unos unas de del al a en con sin por para mi tu su mis tus
      sus entre sobre`),
    common: set('qué dónde cuándo quién cómo cuál es está son hay lo me te se no yo más hora'),
  },
  it: {
    sounds: set('eh'),
    closed:
      set(`e ed o oppure ma che se il lo la i gli le l un uno una di del dello della dei degli delle d da dal dalla a
      al alla ai agli alle in nel nella nei con sul sulla per tra fra`),
    common: set('cosa dove quando chi come quale è sono sei ho hai mi ti ci non io tu ora sta'),
  },
  pt: {
    sounds: set('hã ahn hum'),
    closed:
      set(`e ou mas porque que o a os as um uma uns umas de do da dos das em no na nos nas com sem por para pra ao à
      aos às pelo pela entre se`),
    common: set('onde quando quem como qual está são tem eu você ele ela me te não mais hora horas'),
  },
  nl: {
    sounds: set('uh eh hm'),
    closed: set(`en of maar want omdat als dan de een van voor naar met door mijn jouw onze tussen zonder tegen`),
    common: set(
      'wat waar wanneer wie hoe waarom is zijn was het dit dat je jij hij zij we mij me niet kan kun heb laat',
    ),
  },
};

const NOTHING: UnfinishedWords = { sounds: set(''), closed: set(''), common: set('') };
const ANYWHERE = set(SOUNDS_ANYWHERE);

/** What a word at the end of a text shows. */
export type LastWord = 'sound' | 'closed' | 'other';

/**
 * What the last word of a text shows, in the language of the words before it: "car" is a conjunction in French, and none
 * behind "where is my".
 * @param words lower case, without punctuation
 * @param languages BCP 47, the likeliest first
 */
export function lastWordOf(words: readonly string[], languages: readonly string[]): LastWord {
  const last = words.at(-1);
  if (last === undefined) return 'other';
  const { sounds, closed } = likeliest(words.slice(0, -1), languages);
  if (closed.has(last)) return 'closed';
  return sounds.has(last) || ANYWHERE.has(last) ? 'sound' : 'other';
}

/** The words of the language in which a text knows most of its words; the first one if it knows none. */
function likeliest(text: readonly string[], languages: readonly string[]): UnfinishedWords {
  let best = NOTHING;
  let most = -1;
  for (const language of languages) {
    const words = UNFINISHED[baseLanguage(language)];
    if (!words) continue;
    const known = text.filter((word) => words.closed.has(word) || words.common.has(word)).length;
    if (known <= most) continue;
    best = words;
    most = known;
  }
  return best;
}
