import { readNumber, sayNumber } from './number-words.ts';
import { colourIn } from './scripted-words.ts';

const ROOMS = ['bathroom', 'bedroom', 'garden', 'hall', 'kitchen', 'living room', 'office'];
const THINGS = ['lights', 'light', 'lamp', 'heater', 'fan', 'radio', 'television', 'door', 'window'];
const DEGREES = ['brighter', 'darker', 'warmer', 'colder'];

/** What a sentence wants a smart home to do: "turn on the kitchen light". Undefined when nothing of the kind was said. */
export function readAction(words: readonly string[]): string | undefined {
  const text = ` ${words.join(' ')} `;
  const thing = THINGS.find((name) => words.includes(name));
  const room = ROOMS.find((name) => text.includes(` ${name} `));
  const target = thing === undefined ? undefined : `the ${room === undefined ? '' : `${room} `}${thing}`;
  const degree = DEGREES.find((word) => words.includes(word));
  if (degree !== undefined) return `make ${target ?? (room === undefined ? 'it' : `the ${room}`)} ${degree}`;
  if (target === undefined) return undefined;
  const lit = thing === 'light' || thing === 'lights' || thing === 'lamp';
  // "Read" and "red" sound alike to a recogniser.
  const colour = colourIn(words) ?? (words.includes('read') ? 'red' : undefined);
  if (lit && colour !== undefined) return `make ${target} ${colour}`;
  const amount = amountIn(words);
  if (amount !== undefined) return `set ${target} to ${amount}`;
  if (words.includes('off')) return `turn off ${target}`;
  for (const verb of ['open', 'close', 'start', 'stop', 'pause']) if (words.includes(verb)) return `${verb} ${target}`;
  // "What is on television" is no wish.
  return words.includes('on') && !words.includes('what') ? `turn on ${target}` : undefined;
}

/** "fifty percent", "twenty degrees". */
function amountIn(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const read = readNumber(words, at);
    if (!read) continue;
    const unit = words[at + read.length];
    if (unit === 'percent' || unit === 'degrees') return `${sayNumber(read.value)} ${unit}`;
    at += read.length - 1;
  }
  return undefined;
}
