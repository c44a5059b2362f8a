import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('stage directions in English', () => {
  it.each([
    ['*smiles warmly* Hello there.', 'Hello there.'],
    ['*smiles warmly* (chuckles) Sure! [laughs] :-)', 'Sure!'],
    ['(chuckles) I like that.', 'I like that.'],
    ["[laughs] That's funny.", "That's funny."],
    ['_sighs_ Fine.', 'Fine.'],
    ['__sighs__ Fine.', 'Fine.'],
    ['**(pauses)** Well.', 'Well.'],
    ['***laughs*** Well.', 'Well.'],
    ['~giggles~ okay', 'okay'],
    ['::waves:: okay', 'okay'],
    ['<laugh> Good one.', 'Good one.'],
    ['<chuckle/> Good one.', 'Good one.'],
    ['<laughs softly> Good one.', 'Good one.'],
    ["(in a whisper) Don't tell.", "Don't tell."],
    ['(with a wink) You know.', 'You know.'],
    ['(speaking softly) Hello.', 'Hello.'],
    ['(clears throat) Let me begin.', 'Let me begin.'],
    ['(he laughs) Right.', 'Right.'],
    ['(laughs out loud) That is hilarious!', 'That is hilarious!'],
    ['(softly) Good night.', 'Good night.'],
    ['(door creaks) Oh!', 'Oh!'],
    ['(*laughs*) Good.', 'Good.'],
    ['*(laughs)* Good.', 'Good.'],
    ['Hello *waves* my friend.', 'Hello my friend.'],
    ['Hello*smiles* there', 'Hello there'],
    ['*smiles*Hello', 'Hello'],
    ['Well *chuckles*, that is funny.', 'Well, that is funny.'],
    ['*chuckles*, that is funny.', 'that is funny.'],
    ['I see *nods slowly* and I agree.', 'I see and I agree.'],
    ['Sure *smiles* here you go', 'Sure here you go'],
    ['That is great! *giggles*', 'That is great!'],
    ['Ha! (winks)', 'Ha!'],
    ['Sure thing! *types on keyboard*', 'Sure thing!'],
    ['*Smiles.* Yes.', 'Yes.'],
    ['*He smiles softly.* Yes.', 'Yes.'],
    ['*softly chuckles* Yes.', 'Yes.'],
    ['*Takes a deep breath.* Okay.', 'Okay.'],
    ['*leans back in the chair, thinking* Let me see.', 'Let me see.'],
    ['*looks around nervously* Is anyone there?', 'Is anyone there?'],
    ['*wiggles eyebrows* You know.', 'You know.'],
    ['*boops your nose* There.', 'There.'],
    ['*in a deep voice* I am your father.', 'I am your father.'],
    ['*sigh* I know.', 'I know.'],
    ['*beep boop* I am a robot.', 'I am a robot.'],
    ['*drumroll* And the winner is...', 'And the winner is...'],
    ['*happy dance* Yay!', 'Yay!'],
    ['*The robot beeps happily.* Hello!', 'Hello!'],
    ['[door opens] Hi.', 'Hi.'],
    ['(deep breath) Okay.', 'Okay.'],
    ['"*laughs* No way!" he said.', '"No way!" he said.'],
    ['{smiles} Hi. [LAUGHS] Yes.', 'Hi. Yes.'],
    ['*Thinking…* Let me see.', 'Let me see.'],
    ['[sighs deeply] ok', 'ok'],
    ['[excited] We won!', 'We won!'],
    ['[cheerful tone] We won!', 'We won!'],
    ['[Laughs] [Sigh] [whispers] [gasp] Hi', 'Hi'],
    ['[music playing] Welcome.', 'Welcome.'],
    ['[sound of rain] Welcome.', 'Welcome.'],
    ['[pause] Then. [2 second pause] [long pause]', 'Then.'],
    ['Oh no! *gasps dramatically* What happened?', 'Oh no! What happened?'],
    ['*whispers* It is **42**. *leans in* Quiet!', 'It is 42. Quiet!'],
    ['- *smiles* one', 'one'],
    ['*hugs*', ''],
    ['[applause]', ''],
    ['(laughs) (sighs) *nods*', ''],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('emphasis and asides in English', () => {
  it.each([
    ['I *really* mean it, it is **very** late.', 'I really mean it, it is very late.'],
    ['He *smiles* a lot.', 'He smiles a lot.'],
    ["Don't *laugh* at me.", "Don't laugh at me."],
    ['*Laughing* is healthy.', 'Laughing is healthy.'],
    ['I love *running*.', 'I love running.'],
    ['*Of course* I will.', 'Of course I will.'],
    ['*The end* is near.', 'The end is near.'],
    ['I read *The Times*.', 'I read The Times.'],
    ['Note: *the server must restart*.', 'Note: the server must restart.'],
    ['Read the *instructions carefully* now.', 'Read the instructions carefully now.'],
    ['"*Smile* more," she said.', '"Smile more," she said.'],
    ['My mother *smiles* a lot.', 'My mother smiles a lot.'],
    ['*This takes time.* Wait.', 'This takes time. Wait.'],
    ['*She looks good.* Yes.', 'She looks good. Yes.'],
    ['**Smile!** And **Stop** it.', 'Smile! And Stop it.'],
    ['*Look*, I get it. *Wait*, what?', 'Look, I get it. Wait, what?'],
    ['2*3*4 = 24', '2 times 3 times 4 equals 24'],
    ['Use _this_ and ***both***.', 'Use this and both.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('brackets in English', () => {
  it.each([
    'See it (see below).',
    'Take (the red one).',
    'Turn it (slowly) to the left.',
    'The film (a comedy) is good (I think).',
    '(Note: prices may vary) ok',
    'Call me (maybe).',
    'The bell (ringing loudly for hours and hours on end) woke me.',
    'Add the flour (sifted) and stir.',
    'My favourite (music) is jazz.',
    '(I think so.) It is.',
    '(smile for the camera)',
    '(pause the video)',
    '(laughter is the best medicine)',
    'Wait (about 5 minutes).',
    'The door (which creaks) is old.',
  ])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('stage directions in French', () => {
  it.each([
    ['*sourit chaleureusement* Bonjour ! (rires) [soupire]', 'Bonjour!'],
    ["*hoche la tête* D'accord.", "D'accord."],
    ["*fait un clin d'œil* Oui.", 'Oui.'],
    ['*se penche en avant* Oui.', 'Oui.'],
    ["*s'éclaircit la gorge* Bon.", 'Bon.'],
    ['(en chuchotant) Ne dis rien. (à voix basse) Chut.', 'Ne dis rien. Chut.'],
    ["(d'une voix douce) Dors bien.", 'Dors bien.'],
    ['(il rit) Bon.', 'Bon.'],
    ['*Sourit.* Bien. (soupir) Bon.', 'Bien. Bon.'],
    ['[applaudissements] *bruit de tonnerre* Oh !', 'Oh!'],
    ['*smiles* Bonjour', 'Bonjour'],
    ["C'est *vraiment* bien (voir plus bas).", "C'est vraiment bien (voir plus bas)."],
    ['Il *sourit* souvent.', 'Il sourit souvent.'],
    ['Le mot *rire* est un verbe.', 'Le mot rire est un verbe.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('stage directions in German', () => {
  it.each([
    ['*lächelt freundlich* Hallo! (lacht) [seufzt] Na gut.', 'Hallo! Na gut.'],
    ['*räuspert sich* Also. (flüsternd) Psst.', 'Also. Psst.'],
    ['(mit einem Lächeln) Ja. (leise) Gute Nacht.', 'Ja. Gute Nacht.'],
    ['*zwinkert dir zu* Klar.', 'Klar.'],
    ['(seufzt tief) Na. [Gelächter] Ja.', 'Na. Ja.'],
    ['Das ist *wirklich* gut (siehe unten).', 'Das ist wirklich gut (siehe unten).'],
    ['Das Wort *Lachen* ist ein Nomen.', 'Das Wort Lachen ist ein Nomen.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
describe('stage directions in other languages', () => {
  it.each([
    ['es', '*sonríe* Hola. (risas) ¡Claro!', 'Hola. ¡Claro!'],
    ['it', '*sorride dolcemente* Ciao! (ride)', 'Ciao!'],
    ['nl', '*glimlacht* Hallo (lacht).', 'Hallo.'],
    ['pt', '*sorri* Olá! (risos)', 'Olá!'],
    ['ru', '*улыбается* Привет! (смех)', 'Привет!'],
    ['ja', '（笑）こんにちは', 'こんにちは'],
    ['zh', '*微笑* 你好。', '你好。'],
    ['sv', '*smiles* Hej [laughs]', 'Hej'],
  ])('are left out in %s', (language, text, spoken) => {
    expect(toSpokenText(text, language)).toBe(spoken);
  });
});
