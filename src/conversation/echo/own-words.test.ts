import { describe, expect, it } from 'vitest';
import { type AfterAnswer, isOwnEcho, repeats } from './own-words.ts';

describe('what repeats what is said', () => {
  const said = 'It is twenty past five in the afternoon, and the sun is out.';

  it.each([
    ['twenty past five', true],
    ['Twenty past nine in the afternoon', true],
    ['twenny past five in the afternon', true],
    ['stop that please', false],
    ['afternoon the in five', false],
    ['', false],
  ])('%s: %s', (heard, expected) => {
    expect(repeats(heard, said)).toBe(expected);
    expect(repeats(heard, '')).toBe(false);
  });
});

describe('words shortly after an answer', () => {
  const STORY = 'there was a king who had three sons and a very old horse.';
  const CHOICE = 'Would you like tea or coffee?';
  const after = (said: string, more: Partial<AfterAnswer> = {}): AfterAnswer => ({
    said,
    hasEcho: 'unknown',
    isQuestion: said.endsWith('?'),
    wasSounding: false,
    ...more,
  });

  it.each([
    // [what is heard, the answer before, what is known] -> its echo
    ['old horse', STORY, {}, true],
    ['old hoarse', STORY, {}, true],
    ['horse', STORY, {}, true],
    ['and a very old horse', STORY, {}, true],
    ['had three sons and a very old', STORY, {}, true],
    ['old horse', STORY, { hasEcho: 'no' }, false],
    ['and a very old horse', STORY, { hasEcho: 'no' }, false],
    ['tell me more', STORY, {}, false],
    ['what about the horse', STORY, {}, false],
    ['horse old', STORY, {}, false],
    // A user may answer with a word of the question.
    ['coffee', CHOICE, {}, false],
    ['tea', CHOICE, {}, false],
    ['tea or coffee', CHOICE, {}, false],
    ['coffee please', CHOICE, { hasEcho: 'yes' }, false],
    ['coffee', CHOICE, { hasEcho: 'yes' }, true],
    ['or coffee', CHOICE, { wasSounding: true }, true],
    ['coffee', CHOICE, { hasEcho: 'no', wasSounding: true }, false],
    ['would you like tea or coffee', CHOICE, {}, true],
  ] as const)('%s (after "%s", %j): %s', (heard, said, more, expected) => {
    expect(isOwnEcho(heard, after(said, more))).toBe(expected);
  });
});
