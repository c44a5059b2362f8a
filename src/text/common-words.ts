/** Frequent words by which a language in Latin script is known, by ISO 639-1 code. Lower case. */
export const COMMON_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  en: set(`the and of to is are was were that this it you he she we they i i'm it's don't with for have has not what how
    there your my can will would from about which be but or on at by`),
  fr: set(`le la les et est sont un une des du de je tu il elle nous vous ils que qui dans pour pas avec sur ce cette
    c'est n'est j'ai au aux mais ou où plus très être avoir bien votre mon`),
  de: set(`der die das und ist sind ein eine einen nicht ich du er sie wir ihr mit von zu auf für den dem es im auch
    wie was aber oder haben hat wird kann noch nur sehr heute guten`),
  es: set(`el los las y es son un una de que en por para con no se del al lo su pero más está como muy hay qué hoy
    yo tú usted gracias`),
  it: set(`il lo gli e è sono un una di che per con non si del della dei nel alla ma più come anche questo questa oggi
    molto ho hai io grazie`),
  pt: set(`o os as e é são um uma de que em por para com não se do da dos das no na mas mais está como muito hoje eu
    você obrigado`),
  nl: set(`de het een en is zijn van ik je jij u hij wij niet met voor op aan dat dit er maar ook naar hoe wat heeft
    kan nog wel vandaag`),
  sv: set(`och är en ett det att som på för med inte jag du han hon vi den av till om har kan men hur vad idag`),
  da: set(`og er en et det at som på for med ikke jeg du han hun vi den af til om har kan men hvordan hvad dag`),
  pl: set(`i jest są nie to że w na z do się jak co ale dla od czy jestem dzisiaj bardzo dzień proszę tak`),
  tr: set(`ve bir bu için ile ne mi değil çok ama daha var yok ben sen olarak nasıl bugün gibi`),
};

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}
