import { type NumberRead, readNumber, sayNumber } from './number-words.ts';

/** A sum that was heard. */
export interface Sum {
  /** The sum in words: "fourteen plus seven". */
  readonly said: string;
  readonly value: number;
}

type Operator = 'plus' | 'minus' | 'times';

const OPERATORS: Readonly<Record<string, Operator>> = {
  plus: 'plus',
  '+': 'plus',
  minus: 'minus',
  '-': 'minus',
  times: 'times',
  '*': 'times',
};

/** A longer sum cannot be followed by ear. */
const MAX_OPERATORS = 8;

/** What recognisers write for a number that sounds the same. */
const SOUND_ALIKES: Readonly<Record<string, number>> = { to: 2, too: 2, for: 4, won: 1, ate: 8 };

/** Finds the first sum among words ("what is two plus three times four", "add one and two") and works it out. */
export function readSum(words: readonly string[]): Sum | undefined {
  return readAddition(words) ?? readExpression(words);
}

function readExpression(words: readonly string[]): Sum | undefined {
  for (let start = 0; start < words.length; start++) {
    const first = operand(words, start);
    if (!first) continue;
    const values = [first.value];
    const operators: Operator[] = [];
    let at = start + first.length;
    for (;;) {
      const operator = Object.hasOwn(OPERATORS, words[at] ?? '') ? OPERATORS[words[at] ?? ''] : undefined;
      const next = operator && operand(words, at + 1);
      if (!operator || !next) break;
      operators.push(operator);
      values.push(next.value);
      at += 1 + next.length;
    }
    if (operators.length > MAX_OPERATORS) return undefined;
    if (operators.length > 0) return workOut(values, operators);
  }
  return undefined;
}

/** "add one and two": the words of it that are no expression. */
function readAddition(words: readonly string[]): Sum | undefined {
  const at = words.indexOf('add');
  const first = at < 0 ? undefined : readNumber(words, at + 1);
  if (!first) return undefined;
  const link = at + 1 + first.length;
  const second = words[link] === 'and' || words[link] === 'to' ? readNumber(words, link + 1) : undefined;
  return second && workOut([first.value, second.value], ['plus']);
}

function operand(words: readonly string[], at: number): NumberRead | undefined {
  const read = readNumber(words, at);
  if (read) return read;
  const word = words[at] ?? '';
  return Object.hasOwn(SOUND_ALIKES, word) ? { value: SOUND_ALIKES[word] ?? 0, length: 1 } : undefined;
}

/** Products before sums. */
function workOut(values: readonly number[], operators: readonly Operator[]): Sum {
  let said = sayNumber(values[0] ?? 0);
  let sum = 0;
  let term = values[0] ?? 0;
  for (const [index, operator] of operators.entries()) {
    const value = values[index + 1] ?? 0;
    said += ` ${operator} ${sayNumber(value)}`;
    if (operator === 'times') term *= value;
    else {
      sum += term;
      term = operator === 'plus' ? value : -value;
    }
  }
  return { said, value: sum + term };
}
