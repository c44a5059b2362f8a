import { plainLetters } from './word-sound.ts';

/**
 * Words that people say every day, in English, French, German, Spanish and Italian, and frequent first names: lower case,
 * without accents. A recogniser that writes one of them has most likely heard it.
 */
const COMMON = `
a i able about above across act add afraid after again against age ago air all almost alone along already also although
always am among an and angry animal another answer any anybody anyone anything apple are area arm around arrive art as ask
at ate away baby back bad bag ball bank bath be bear beat beautiful became because become bed been beer before began begin
behind being believe below best better between big bike bill bird bit black blood blue board boat body bone book boot bored
born both bottle bottom bought bowl box boy bread break bring broke broken brother brought brown build burn bus business
busy but buy by cake call came can cannot car card care careful carry carve cars case cat catch cause chair change cheap
check cheese chicken child children choose church city class clean clear clock close closed cloth clothes cloud coat coffee
cold color colour come comes coming common commute commuter company compare compared compete complete completely compute
computer cook cool copy corner cost cough could count country couple course cousin cover craft crash craving cream crop cross
cry cup curtain cut dad dance dark daughter day dead deal dear decide deep deserve device did die different difficult dinner
dirty do doctor does dog doing done door down draw dream dress drink drive driver drives driving drop dry during each ear
early earth east easy eat egg eight either electric eleven else empty end enemy enjoy enough equal even evening ever every
everybody everyone everything exact exactly exit eye eyes face fact fall family far farm fast fat father feel feet fell
felt few field fight fill film find fine finger finish fire first fish five fix flat floor flower fly follow food foot for
force forget forgot four free fresh friday friend from front fruit full fun funny game garage garbage garden gave get
giraffe girl give glad glass go goes going gold gone good google got grass great green ground group grow guess guy had hair
half hall hand happen happy hard harvest has hat hate have having he head hear heard heart heavy held hello help her here
hers hey hi high hill him his hit hold hole holiday hollow home honey hope horse hospital hot hotel hour hours house how
hundred hungry hurry hurt husband ice idea if important in inside interesting into iron is island it its jam jar jars job join
joke judge jump jury just keep kept key keys kick kid kids kill kind king kitchen kitten knew knife know known lady lake
lamp land large larvae last late later laugh lay lead learn least leave left leg lesson let letter library lie life lift
light lights like line lion list listen little live living local lock long look lose loss lost lot loud love low lunch
machine made make man many map mark market marry matter may maybe me mean meat medicine meet men mess met middle might
mile milk mind mine minute miss mom moment monday money month moon more morning most mother mountain mouse mouth move movie
much mum music must my myself name near neck need neighbor nervous never new news next nice night nine no nobody noise none
noon nor north nose not note nothing now number of off office often oh oil ok okay old on once one only open or orange order
other our out outside over own page paid pain pair paper parent park part party past pay peace pen people perhaps person
phone piano pick picture piece pig pillow place plan plane plant play please point police poor possible post power present
pretty price problem pull push put quarter queen question quick quiet quite radio rain raining rap raspberry raw reach read
ready real really reason red relax remember rest rich ride right ring river road robot roll roof room rough round rule run
sad safe said salad salt same sand sat saturday save saw say says scarf scarves school sea season seat second see seem seen
sell send sentence serve service set seven several shadow shall shape she sheep ship shirt shoe shop short should shoulder
show shower shut sick side sign silver simple since sing sister sit six sky sleep slow small smell smile smoke snow so soap
soft some somebody someone something sometimes son song soon sorry sort sound soup south speak speaker spell spend spoke
spoon spring stair stand star start starving stay step still stone stood stop store story strange street strong student such
sugar summer sun sunday sure surprise sweet swim table take talk tall tea teach teacher team tell ten test than thank thanks
that the their them then there these they thick thin thing think third thirsty this those though thought thousand three
through throw thursday tie time tired to today together told tomorrow tonight too took tooth top touch town toy train travel
tree trip trouble truck true try tuesday turn twelve twenty two uk uncle under understand until up upon us use usual very visit
voice wait wake walk wall want war warm was wash waste watch water wave way we wear weather wednesday week well went were
west wet what wheel when where which while white who whole whose why wide wife will willow win wind window wine winter wish with
without woman women wonder wood word work world worry worse would write wrong yard year yellow yes yesterday yet you young
your zero

assistant cabin cellar desk kettle laptop light maid nurse oven printer robin secretary servant speaker toaster tv vacuum

abord accord age ai aime air alle aller alors ami amie amis an ans apres arbre arrive assez au aucun aujourd aussi autre
aux avant avec avoir beau beaucoup belle bien bientot bleu boire bon bonjour bonne bonsoir bras bruit but ca car ce cela celle
celui ces cet cette chambre chaque chat chaud chaude chef cher chere chez chien chose ciel cinq coeur combien comme comment
compte content contre corps cote coup court cuisine d dame dans de deja demain depuis dernier derriere des deux devant dire
dit dix dois donc dont dort du eau ecole elle elles en encore enfant enfin ensemble entre es est et etait ete etes etre eux
faim faire fait famille faut femme fenetre fermer feu fille fils fin fini fleur fois font fort frere froid garcon gens grand
grande gris gros habitude haut heure heures heureux hier histoire homme hopital hotel huit ici il ils j jamais jardin jaune
je jeu jeune jeux jouer jour jours juste l la lait laisse le les leur lieu lit livre loin long lui lumiere lune ma madame main
maintenant mais maison maisons mal maman manger marche mari matin mauvais me mere mes mesdames messieurs mets mieux milieu mille
moi moins mois moment mon monde monsieur monter mort mot mur musique n ne neuf nez noir nom non nos notre nous nouveau nuit on
ont onze ordinateur ordi ou oui ouvert ouvrir page pain papa papier par parce pardon parent parle parler partir pas passe
pauvre payer pays peau pendant penser perdre pere personne petit petite peu peur peut phrase pied place plage plaisir plein
pluie plus poisson pomme porte poser pour pourquoi pouvoir premier prendre pres presque pris propos propre puis quand quatre
que quel quelle quelqu qui quoi raison regarde rentre reponse reste rien robe rouge route rue sa sais saison salle salon salut
sans sante se sel semaine sept sera ses seul si six soeur soir soit soleil sommeil son sont sorte sortir sous souvent suis sur
ta table tant tard te tele temps terre tes tete toi tomber ton toujours tout toute tous tres triste trois trop trouve tu un une
va vais vas vent verre vers vert veux viande vie viens vieux ville vin vingt vite voici voila voir voisin voiture voix vos
votre vous voyage vrai vraiment vu y yeux

ab abend aber acht alle allein alles als alt am an andere anfang angst apfel arbeit arm auch auf auge aus auto bad bald bauch
baum bei beide bein bekommen berg besser bett bild bin bis bist bitte blatt blau blume brauche brief bringen brot bruder brust
buch da dach dame danach danke dann das dass dein dem den denn der des dich die dies dir doch dorf dort drei du dunkel dunn
durch durfen durst eben echt ecke ei eier eigen ein eine einem einen einer einfach einmal eins ende er erde erst es essen
etwas euch euer fahren fallen falsch familie fangen farbe fast fenster fernseher fertig feuer finden fisch fleisch fliegen
frage frau frei fremd freude freund froh fruh fuhlen fuß fur ganz gar garten geben gegen gehe gehen geht gelb geld genau
genug gern geschichte gestern gesund gibt gleich gluck groß grun gut guten haar habe haben halb hallo hals halt hand hast hat
haus heiß helfen hell hemd herbst herd herr herz heute hier hilfe himmel hin hinter hoch hof holen holz horen hose hund hunger
ich ihm ihn ihr im immer in ins ist ja jahr jana jeder jemand jetzt jung junge kaffee kalt kam kann kaputt karte kase katze kaufen
kein keine keller kennen kind kinder kirche klar klein koch koche kochen kollege komm kommen kommst kommt konnen kopf kosten
krank kuche kuchen kuh kuken kurz kuss kusse kuste kutsche lachen lampe land lang langsam laut leben leer legen leicht leise lesen letzte leute licht
lieb liegen links loch luft lust machen macht mach mal man mann maus meer mehr mein meine mensch messer mich milch mir mit
mittag mitte mochte morgen mucke mude mund mussen mutter nach nacht nah name nase nass natur neben nebenan nehmen nein neu neun
nicht nichts nie noch nun nur ob oben oder ofen ohne ohr oma onkel opa papier pferd platz rechner rechts reden regen reich
richtig rot rufen ruhig sache sagen saß satz schaf schafe schauen schlafen schlecht schnee schnell schon schrank schreiben
schuh schule schwarz schwer schwester sechs see sehen sehr sein seit seite selbst setzen sich sie sieben sind singen sitzen
so sofort sohn soll sommer sondern sonne spat spiel spielen sprache sprechen stadt stark stehen stein stellen stern stimme
stock straße strom stube stuck stuhl suchen suppe suß tag tante tasse tee teil teller tier tisch tochter tot tragen traurig
treffen treppe trinken tun tur uber uhr um und uns unser unten unter vater verstehen viel vier vogel voll vom von vor wagen
wahr wald wand wann war warm warte warum was waschen wasser weg wegen weil wein weiß weit welche welt wenig wenn wer werden
wetter wie wieder wiese wind winter wir wird wo woche wohnung wolle wollen wort zahl zahn zehn zeigen zeit ziehen zimmer zu
zucker zug zum zur zuruck zusammen zwei zwischen

agua ahi ahora al algo alla alli alto amigo amor ano antes aqui arriba asi aunque ayer azul bajo bien blanco boca bueno
buenos buenas cabeza cada calle cama campo casa casas casi castillo cena cerca cielo cinco ciudad claro coche cocina comer como con cosa
cuando cuanto cuarto cuatro da de dedo del dentro desde despues dia dias dice dinero donde dormir dos el ella ellos en
entonces era eres es esa ese eso esta este estoy familia feliz fiesta frio fuego fuera gato gente gracias grande gusta hablar
hace hacer hambre hasta hay hermano hijo hola hombre hora hoy huevo iglesia jardin jefe juego la lado largo las leche lejos
libro llama llave lo los luego lugar luz madre mal malo manana mano mar mas me mejor menos mes mesa mi mil mira mismo mucho
mujer mundo musica muy nada nadie negro nino no noche nombre nos nosotros nueve nuevo nunca o ocho ojo otra otro padre pan
para pasa pelo pequeno pero perro persona pez pie playa poco por porque puede puerta pues que querer quien quiere quiero rojo
sabe sala se semana senor senora ser si siempre siete silla sin sobre sol solo son soy su tan tarde te tengo tiempo tiene
tierra tio todo todos trabajo tres tu tus una uno usted va vamos ver verano verdad verde vez vida viejo vino voy ya yo

acqua adesso alla allora altro amico amore anche ancora anno aria bagno bambino basta bella bello bene bianco bravo buon
buona buongiorno camera cane cara caro cena che chi ciao cielo cinque citta come con cosa cosi cucina cuore da dai davanti
deve di dia dieci dietro dove due e ecco fa fare finestra fiore forse forte freddo fratello fuoco fuori gatto gente giallo
giardino giorno giovane grazie hai ho ieri il in insieme io lavoro le lei letto libro lontano loro luce lui lungo luna ma
macchina madre mai male mamma mangiare mano mare me meglio meno mese mi mio molto mondo morto musica nero nessuno niente
noi non nostro notte nove nulla nuovo occhio oggi ogni ora ore otto padre pane parola per perche pero pesce piccolo piede piu
poco poi porta prego prima primo pronto qua quale qualcosa quando quanto quattro quello questa questo qui ragazza ragazzi ragazzo
rosso sano sai sale scuola sedia sei sempre senza sera sette si sole solo sono sopra sorella sotto stai stanza stare stella
strada subito sul suo tanto tavolo tempo terra testa ti tre tua tuo tutti tutto uomo uno uovo va vado vecchio vento verde
vero via vicino vieni vino vita vivo voce voglio voi vuoi

adam alan albert alec alexandra alexei alejandro alessandro alex alexander alexandre alexandria alexis alice alicia amelie amy andrea andreas andrew angela anna
anne anthony antoine arthur barbara ben bernd bob brian camille carl carla carlos carol caroline chantal charles charlie
chavez chavis chloe chris christian christina christine claire claudia clara daniel dave david davis dennis diane diego edward eliza
elise elizabeth elsa elvis emily emma eric erik eva felix florian francois frank fred gary george gerard giulia grace greg
gunther hans harry harvey heidi heinz helen henry ingrid ian jack jacob jacques james jan jane jared jarrod jason jean jeeves
jennifer jerome jerry jess jessica jim joe john jonas jose joseph juan judy julia julie julien jurgen karl karen kate kevin kitty
klaus kurt larry laura lea lena leo lexi lexus linda lisa lou louis louise luca lucas lucy luis luke manon marc marco marcus margaret
maria marie mark martin marvin mary mason matt matthew mavis max mia michael michel mike minecraft microsoft monika nadia nancy nathalie nick nicolas nicole nina
noah oliver olivier oscar otto pablo patrick paul paula pedro peter petra philip philippe pierre rachel ralf ray rebecca
richard rob robert roger rosa ruth sabine sam samuel sandra sara sarah sascha scott sebastian simon sofia sophie stefan stephen
steve sue susan sylvie thomas tim tina tobias tom tony travis ursula valerie vera victor vincent walter werner will william
wolfgang yves
`;

const WORDS: ReadonlySet<string> = new Set(plainLetters(COMMON).trim().split(/\s+/));

/** Plurals and possessives of the languages of the list. */
const ENDINGS = ["'s", 's', 'es', 'n', 'en'];

/** Whether it is an everyday word or a frequent first name, perhaps with an ending. @param word as from `plainLetters` */
export function isCommonWord(word: string): boolean {
  return WORDS.has(word) || ENDINGS.some((ending) => word.endsWith(ending) && WORDS.has(word.slice(0, -ending.length)));
}
