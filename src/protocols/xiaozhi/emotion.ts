/** The faces that firmware has (the map of xinnan-tech/xiaozhi-esp32-server 0.9.6), with what shows them in a text. */
const FACES: readonly { readonly emotion: string; readonly face: string; readonly signs: RegExp }[] = [
  { emotion: 'laughing', face: '😆', signs: /[😆😄😁]|\bha(?:ha)+\b/iu },
  { emotion: 'funny', face: '😂', signs: /[😂🤣]|\bjok(?:e|ing)\b/iu },
  { emotion: 'loving', face: '😍', signs: /[😍🥰❤💕]|\blove (?:you|it)\b/iu },
  { emotion: 'crying', face: '😭', signs: /[😭😢]/u },
  { emotion: 'sad', face: '😔', signs: /[😔😞🙁☹]|\b(?:sorry|unfortunately|sad|leider|desole|lo siento)\b/iu },
  { emotion: 'angry', face: '😠', signs: /[😠😡]|\bangry\b/iu },
  { emotion: 'surprised', face: '😯', signs: /[😯😮]|\b(?:wow|really\?)/iu },
  { emotion: 'shocked', face: '😱', signs: /[😱]/u },
  { emotion: 'embarrassed', face: '😳', signs: /[😳]|\boops\b/iu },
  { emotion: 'thinking', face: '🤔', signs: /[🤔]|\b(?:hmm+|let me (?:think|see))\b/iu },
  { emotion: 'winking', face: '😉', signs: /[😉]/u },
  { emotion: 'cool', face: '😎', signs: /[😎]/u },
  { emotion: 'relaxed', face: '😌', signs: /[😌]/u },
  { emotion: 'delicious', face: '🤤', signs: /[🤤😋]|\b(?:delicious|yummy)\b/iu },
  { emotion: 'kissy', face: '😘', signs: /[😘]/u },
  { emotion: 'confident', face: '😏', signs: /[😏]/u },
  { emotion: 'sleepy', face: '😴', signs: /[😴]|\bgood ?night\b/iu },
  { emotion: 'silly', face: '😜', signs: /[😜🤪]/u },
  { emotion: 'confused', face: '🙄', signs: /[🙄😕]|\bnot sure\b/iu },
  {
    emotion: 'happy',
    face: '🙂',
    signs: /[🙂😊😀😃🎉]|\b(?:great|glad|happy|wonderful|welcome|hello|hi|congratulations|super|prima)\b/iu,
  },
];

const NEUTRAL = { emotion: 'neutral', face: '😶' };

const BY_NAME = new Map([NEUTRAL, ...FACES].map(({ emotion, face }) => [emotion, { emotion, face }] as const));

/**
 * How models that are told to do so name the face themselves: "[sad]", "(sad)", "*sad*", "[emotion: sad]", "<emotion>sad</emotion>".
 */
const TAG = new RegExp(`[[(<{*>]\\s*(?:emotion\\s*[:=]\\s*)?(${[...BY_NAME.keys()].join('|')})\\s*[\\])>}*<]`, 'iu');

/** The face that goes with a text: the one that it names itself, else by the first of its signs; neutral when it shows none. */
export function emotionOf(text: string): { readonly emotion: string; readonly face: string } {
  const named = BY_NAME.get(TAG.exec(text)?.[1]?.toLowerCase() ?? '');
  if (named) return named;
  let first: { readonly emotion: string; readonly face: string } = NEUTRAL;
  let at = Number.POSITIVE_INFINITY;
  for (const { emotion, face, signs } of FACES) {
    const found = text.search(signs);
    if (found >= 0 && found < at) {
      first = { emotion, face };
      at = found;
    }
  }
  return first;
}
