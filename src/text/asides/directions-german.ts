import { type DirectionWords, listed } from './direction-words.ts';

/** Stage directions in German. */
export const GERMAN_DIRECTIONS: DirectionWords = listed({
  expressions:
    'lächelt lächelnd lacht lachend kichert kichernd grinst grinsend schmunzelt schmunzelnd seufzt seufzend zwinkert zwinkernd ' +
    'nickt nickend hustet hustend gähnt gähnend keucht stöhnt brummt summt summend schnieft schnaubt schluchzt schluchzend weint weinend ' +
    'wimmert flüstert flüsternd murmelt murmelnd schmollt errötet strahlt schluckt hickst jubelt klatscht klatschend pfeift pfeifend singt singend ' +
    'schreit schreiend ruft quietscht schnurrt bellt miaut heult stottert stotternd zögert zögernd pausiert atmet räuspert verbeugt winkt winkend niest ' +
    'prustet feixt gluckst hüstelt staunt wiehert lispelt raunt',
  bare:
    'lachen lächeln kichern grinsen seufzen seufzer zwinkern nicken husten gähnen räuspern schluchzen weinen flüstern gelächter gekicher applaus ' +
    'pause stille schweigen kicher seufz lach grins zwinker hust räusper schluck gähn knuddel',
  movements:
    'schaut blickt sieht lehnt neigt hebt senkt dreht geht tritt setzt steht springt hüpft tanzt wackelt zuckt schüttelt reibt kratzt streicht ' +
    'berührt zeigt deutet gestikuliert hält reicht gibt nimmt öffnet schließt rollt blinzelt starrt späht streckt verschränkt wirft zieht schiebt legt ' +
    'stellt tippt klopft wischt leckt beißt nippt trinkt denkt überlegt grübelt wartet lauscht hört läuft bewegt kniet umarmt drückt streichelt küsst ' +
    'salutiert runzelt kneift verdreht beugt richtet rückt beginnt macht fasst breitet',
  manners:
    'flüsternd lachend ironisch sarkastisch aufgeregt nervös fröhlich traurig wütend nachdenklich begeistert schelmisch verlegen schüchtern verschmitzt ' +
    'unverständlich theatralisch spöttisch amüsiert gerührt verträumt',
  weakManners: 'leise laut langsam ruhig sanft freundlich ernst schnell lauter leiser zärtlich heiter beiseite',
  sounds:
    'musik applaus gelächter donner piep piepen klingeln glocke glocken geräusch geräusche klopfen schritte rauschen fanfare melodie trommelwirbel ' +
    'sirene türklingel klang knistern jubel',
  phraseStarts: 'mit in im unter',
  phraseNouns:
    'stimme lächeln lachen grinsen seufzer ton flüsterton zwinkern nicken akzent tonfall augenzwinkern schmunzeln kichern tränen atem',
  body: 'kehle augen auge augenbraue augenbrauen braue stirn kopf schultern achseln hand hände arme luft lippen tränen kinn haare finger nase gesicht stimme',
  subjects: 'er sie es ich man wir',
  joiners:
    'ein eine einen einem einer der die das den dem des mein meine dein deine sein seine ihr ihre zum zu nicht und oder ich du er sie es wir wer was man sehr so ' +
    'kein keine beim am im mit ohne für von wenn dass weil',
  interjections: 'ja nein gut okay ok ach oh hm hallo hi na tja also klar gerne danke haha ha aha super',
});
