import { type DirectionWords, listed } from './direction-words.ts';

/** Stage directions in French. */
export const FRENCH_DIRECTIONS: DirectionWords = listed({
  expressions:
    'sourit sourient souriant rit rient riant ricane ricanant glousse gloussant rigole rigolant soupire soupirant chuchote chuchotant ' +
    'murmure murmurant tousse toussant toussote bâille bâillant sanglote sanglotant pleure pleurant renifle grogne grimace rougit hésite hésitant ' +
    'fredonne fredonnant chante chantant crie criant siffle sifflant applaudit applaudissant halète inspire expire respire éternue gémit hurle ' +
    'ronronne aboie miaule frissonne grommelle marmonne bougonne pouffe acquiesce opine cligne éclate souffle',
  bare:
    'rire rires sourire sourires soupir soupirs toux bâillement sanglot sanglots pleurs gloussement gloussements ricanement ricanements ' +
    'applaudissements silence pause chuchotement chuchotements murmure murmures éternuement clin',
  movements:
    "hoche hochant secoue secouant hausse haussant lève levant baisse penche penchant incline regarde regardant s'incline s'approche " +
    "s'éclaircit s'assied s'assoit s'étire s'arrête s'avance se fait faisant prend prenant pose tend ouvre ferme tape tapote agite " +
    'croise tourne marche saute danse réfléchit réfléchissant pense attend écoute observe montre désigne salue saluant embrasse serre câline touche caresse roule fronce plisse joint frappe recule remue',
  manners:
    'chuchotant murmurant ironiquement sarcastiquement joyeusement tristement timidement nerveusement malicieusement amusé amusée joyeux joyeuse triste ' +
    'enthousiaste excité excitée inaudible songeur songeuse pensif pensive sarcastique ironique ému émue rieur rieuse',
  weakManners: 'doucement lentement calmement fort tendrement gentiment sérieusement rapidement aparté',
  sounds:
    'musique applaudissements rires tonnerre bip bips cloche cloches sonnerie sonnette bruit bruits son sons grésillement fanfare mélodie ' +
    'tambour roulement sirène pas claquement jingle',
  phraseStarts: "en à d'une d'un avec sur dans tout",
  phraseNouns:
    'chuchotant murmurant riant souriant soupirant pleurant chantant voix basse souffle chuchotement sourire rire ton clin accent soupir ' +
    'malice ironie enthousiasme hochant haussant toussant criant hésitant',
  body: 'gorge yeux œil sourcils sourcil tête épaules main mains bras souffle lèvres larmes menton cheveux doigt doigts nez visage front',
  subjects: 'il elle ils elles je on',
  joiners:
    'un une le la les mon ma mes ton ta tes son sa ses ce cet cette des du au aux de à et ou ne pas me te se je tu il elle on nous vous ils elles qui que pour par sans avec très',
  interjections: 'oui non bon bien ah oh euh hum hein bonjour salut merci voilà alors tiens haha ha super parfait',
});
