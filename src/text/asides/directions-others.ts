import { type DirectionWords, listed } from './direction-words.ts';

/** Languages without a lexicon: the most frequent words. */
export const OTHER_DIRECTIONS: Readonly<Record<string, DirectionWords>> = {
  es: listed({
    expressions:
      'sonríe sonriendo ríe ríen riendo suspira suspirando susurra susurrando guiña asiente tose llora llorando jadea bosteza carraspea pausa solloza grita gritando tararea canta',
    bare: 'risa risas risita risitas suspiro suspiros tos aplausos pausa silencio carcajada carcajadas llanto bostezo',
    movements: 'mira se levanta señala saluda inclina mueve camina piensa abraza',
    phraseStarts: 'en con entre',
    phraseNouns: 'voz susurro susurros sonrisa risa risas tono suspiro',
    manners: 'susurrando riendo sonriendo emocionado emocionada alegre triste',
    sounds: 'música aplausos risas truenos',
    subjects: 'él ella',
    joiners: 'un una el la los las mi tu su me te se de que y con a no',
  }),
  it: listed({
    expressions:
      'sorride sorridendo ride ridono ridacchia sospira sospirando sussurra sussurrando annuisce tossisce piange ansima sbadiglia ammicca sogghigna canticchia ridendo',
    bare: 'risata risate risatina risatine sospiro sospiri pausa silenzio applausi tosse singhiozzo sbadiglio',
    movements: 'guarda si alza indica saluta inclina cammina pensa abbraccia',
    phraseStarts: 'a in con sotto',
    phraseNouns: 'voce sussurro sorriso risata tono sospiro',
    manners: 'sussurrando ridendo sorridendo allegro allegra triste',
    sounds: 'musica applausi risate tuoni',
    subjects: 'lui lei',
    joiners: 'un una il la lo gli le mio tuo suo mi ti si di che e con a non',
  }),
  pt: listed({
    expressions:
      'sorri sorrindo ri rindo suspira suspirando sussurra sussurrando pisca assente tosse chora chorando ofega boceja pigarreia soluça gargalha cantarola',
    bare: 'riso risos risada risadas suspiro suspiros pausa silêncio aplausos tosse gargalhada gargalhadas bocejo',
    movements: 'olha levanta aponta acena inclina caminha pensa abraça',
    phraseStarts: 'em com',
    phraseNouns: 'voz sussurro sorriso riso tom suspiro',
    manners: 'sussurrando rindo sorrindo animado animada alegre triste',
    sounds: 'música aplausos risos trovões',
    subjects: 'ele ela',
    joiners: 'um uma o a os as meu teu seu me te se de que e com não',
  }),
  nl: listed({
    expressions:
      'glimlacht glimlachend lacht lachend zucht zuchtend fluistert fluisterend knipoogt knikt giechelt giechelend grinnikt hoest huilt snikt gaapt kucht hijgt grijnst neuriet pauzeert schraapt',
    bare: 'gelach lach zucht gegiechel applaus pauze stilte hoest gehoest snik geeuw gefluister',
    movements: 'kijkt leunt wijst zwaait draait loopt denkt knuffelt',
    phraseStarts: 'met op',
    phraseNouns: 'stem glimlach toon fluistertoon lach zucht knipoog',
    manners: 'fluisterend lachend vrolijk verdrietig enthousiast zachtjes',
    sounds: 'muziek applaus gelach donder',
    subjects: 'hij zij ze',
    joiners: 'een de het mijn je jouw zijn haar ik hij zij en te niet',
  }),
  ru: listed({
    expressions:
      'улыбается улыбаясь смеется смеётся смеясь вздыхает вздыхая шепчет кивает подмигивает кашляет хихикает плачет зевает шёпотом шепотом',
    bare: 'смех вздох пауза аплодисменты тишина кашель улыбка',
  }),
  ja: listed({
    expressions: '笑う 微笑む ささやく 囁く 頷く 泣く',
    bare: '笑 笑い 微笑 微笑み ため息 拍手 沈黙 咳 間',
  }),
  zh: listed({
    expressions: '微笑着 笑着 点头 眨眼 小声 轻声 大笑 轻笑 叹气 咳嗽 耳语',
    bare: '笑 微笑 笑声 掌声 沉默 停顿 叹息',
  }),
  ko: listed({ expressions: '웃으며 웃는다 속삭이며 미소지으며', bare: '웃음 미소 한숨 박수 침묵 기침' }),
};
