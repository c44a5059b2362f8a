/** Width and height of a letter, pixels. */
export const LETTER_WIDTH = 3;
export const LETTER_HEIGHT = 5;

/** Rows of three pixels, from above: an octal digit a row. */
const LETTERS: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71122',
  '8': '75757',
  '9': '75717',
  '.': '00002',
  '-': '00700',
  ' ': '00000',
  a: '25755',
  b: '65656',
  c: '34443',
  d: '65556',
  e: '74647',
  f: '74644',
  g: '34553',
  h: '55755',
  i: '72227',
  k: '55655',
  l: '44447',
  m: '57755',
  n: '65555',
  o: '25552',
  p: '65644',
  r: '65655',
  s: '34216',
  t: '72222',
  u: '55557',
  v: '55552',
  w: '55775',
  y: '55222',
};

/** Calls `dot` for every pixel of a text, from its upper left corner. A letter that is not known is left out. */
export function drawText(text: string, dot: (x: number, y: number) => void): void {
  [...text].forEach((letter, place) => {
    [...(LETTERS[letter] ?? '')].forEach((row, y) => {
      for (let x = 0; x < LETTER_WIDTH; x++) {
        if (Number(row) & (4 >> x)) dot(place * (LETTER_WIDTH + 1) + x, y);
      }
    });
  });
}
