import { type DirectionWords, wordSet as words } from './direction-words.ts';

/** Verbs, in their bare form, of what a face, a voice or a body does. */
const EXPRESSIONS = words(
  'smile laugh chuckle giggle grin smirk sigh wink nod shrug cough yawn gasp groan grunt growl hum sniff sniffle sneeze',
  'snort sob cry weep whimper whine whisper murmur mutter mumble pout frown scowl blush beam gulp hiccup moan pant exhale',
  'inhale cackle snicker snigger titter guffaw chortle clap applaud cheer whistle sing shout scream yell shriek squeal',
  'purr meow bark woof hiss howl roar stammer stutter hesitate pause breathe swallow shudder shiver tremble wince grimace',
  'facepalm bow curtsy wave ahem tsk tut gag burp huff snore trail choke quaver squeak coo gush',
);

/** Other movements: left out only where they stand between stars or as a sentence of their own. */
const MOVEMENTS = words(
  'look lean tilt raise walk turn step sit stand jump hop skip dance twirl spin bounce wiggle waggle flap pat pet hug cuddle',
  'kiss poke boop nuzzle tap rub scratch stroke touch point gesture hand hold offer pass take pick open close shut roll blink stare gaze',
  'glance peek peer squint shake clear stretch crack cross fold throw toss flip pull push drop lift place put set',
  'adjust straighten brush wipe lick bite chew sip drink eat think ponder muse consider contemplate imagine wait listen stop',
  'run rush move shift fidget pace kneel crouch bend reach extend spread salute kick punch slap snap type write read click',
  'beep boop bleep whir glow flicker fade enter exit leave return appear vanish arrive flutter bat perk settle relax slump collapse',
  'faint freeze gather begin start continue speak talk say reply answer ask clench rise lower motion twist play',
);

const DOUBLED = /(?:([bdgmnprt])\1)$/;

/** The bare form of a verb, when its form in -s or -ing is in the set: "nodding" is "nod". */
function isIn(set: ReadonlySet<string>, word: string): boolean {
  if (set.has(word)) return true;
  if (word.endsWith('ies')) return set.has(`${word.slice(0, -3)}y`);
  if (word.endsWith('es') && set.has(word.slice(0, -2))) return true;
  if (word.endsWith('s')) return set.has(word.slice(0, -1));
  if (!word.endsWith('ing')) return false;
  const stem = word.slice(0, -3);
  return set.has(stem) || set.has(`${stem}e`) || (DOUBLED.test(stem) && set.has(stem.slice(0, -1)));
}

/** Stage directions in English. */
export const ENGLISH_DIRECTIONS: DirectionWords = {
  isExpression: (word) => isIn(EXPRESSIONS, word),
  isMovement: (word) => isIn(MOVEMENTS, word),
  isGerund: (word) => word.endsWith('ing'),
  isBare: (word) => EXPRESSIONS.has(word) || MOVEMENTS.has(word),
  manners: words(
    'sarcastically excitedly nervously whispering whispered laughingly jokingly teasingly playfully cheerfully cheerily sadly',
    'warmly thoughtfully dramatically mockingly hesitantly angrily mischievously enthusiastically sheepishly solemnly',
    'sternly tenderly soothingly tearfully breathlessly smugly wistfully deadpan amused cheerful excited happy sad angry',
    'sarcastic whispery curious surprised nervous thoughtful playful mischievous mischievously warm calm serious dramatic crying',
    'sorrowful annoyed gentle soft friendly enthusiastic tired sleepy shouting singing inaudible crosstalk unintelligible empathetic',
    'reassuring encouraging silence beat',
  ),
  weakManners: words(
    'softly quietly slowly gently loudly calmly quickly seriously happily kindly lightly silently aside voiceover narrator curiously proudly',
  ),
  sounds: words(
    'laughter applause music cheering chuckling giggling thunder static drumroll ding dings beep beeps beeping boop whoosh swoosh chime chimes',
    'jingle bell bells ringing rings knocking knocks footsteps creaks creaking crickets clapping gasps sfx sound sounds noise noises',
    'barks barking meows meowing chirping birdsong humming rustling rustles typing clicking clicks splash thud bang buzz buzzes buzzing',
    'siren sirens alarm honk honks slams pops pop crackles crackling dial-up fanfare jazz melody tune scratch chirps plays rumbles',
  ),
  phraseStarts: words('in with under speaking said says spoken using whispered a'),
  phraseNouns: words(
    'whisper voice tone accent smile grin laugh chuckle giggle sigh wink nod shrug breath smirk gasp pause laughter warmth enthusiasm',
    'excitement sarcasm flourish twinkle frown',
  ),
  body: words(
    'throat eye eyes eyebrow eyebrows brow head shoulder shoulders hand hands arm arms breath lip lips tear tears chin hair finger fingers nose face',
    'cheek cheeks fist fists tail ears knees',
  ),
  subjects: words('he she they i it we you'),
  joiners: words(
    'a an the my your his her its our their this that these those some any no every each one i you he she it we they who to not',
    "and or but of for with without in on at by from as is are was were be been am will would can could should must may might do does don't",
    "didn't didn't never always often just only really very so too more most make makes made let please",
  ),
  interjections: words(
    'sure okay ok well oh hmm hm ah yes yeah yep no nope hello hi hey right fine haha ha hehe wow ooh aw aww great good bye goodbye there thanks then now here alright absolutely',
  ),
};
