import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImagePart, imagesOf, textOf } from '../../engines/chat-content.ts';
import type { HistoryEntry } from '../ports.ts';
import { History, type HistoryOptions } from './history.ts';
import { estimateTokens, IMAGE_TOKENS } from './token-estimate.ts';

function history(options: Partial<HistoryOptions> = {}): History {
  return new History({ maxTokens: 3_000, maxMessages: 40, now: () => 1_000, ...options });
}

/** What a language model is shown behind the prompt, a line each. */
function shown(of: History): string[] {
  return lines(of.messages('be kind'));
}

function lines(messages: ReturnType<History['messages']>): string[] {
  expect(messages[0]).toEqual({ role: 'system', content: 'be kind' });
  return messages.slice(1).map(({ role, content }) => `${role}: ${content}`);
}

/** A picture of so many bytes, each its number. */
function picture(number: number): ImagePart {
  return { type: 'image', mediaType: 'image/jpeg', bytes: new Uint8Array(10).fill(number) };
}

/** The numbers of the pictures that a language model is shown, message by message behind the prompt. */
function pictures(of: History): number[][] {
  const messages = of.messages('be kind').slice(1);
  return messages.map((message) => imagesOf(message).map(({ bytes }) => bytes[0] ?? -1));
}

describe('what a language model is shown', () => {
  it('is the prompt and what was said, in order, two messages of one speaker as one', () => {
    const h = history();
    h.addUser('hello');
    h.addUser(' are you there ');
    h.addAssistant('Yes.', false);
    h.addAssistant('Dinner is ready.', false);
    expect(shown(h)).toEqual(['user: hello are you there', 'assistant: Yes. Dinner is ready.']);
  });

  it('has no trace of an interruption but the missing words', () => {
    const h = history();
    h.addUser('tell me a story');
    h.addAssistant('Once upon a time there was a king —', true);
    h.addUser('a shorter one');
    expect(shown(h)).toEqual([
      'user: tell me a story',
      'assistant: Once upon a time there was a king',
      'user: a shorter one',
    ]);
    expect(h.entries[1]).toMatchObject({ interrupted: true });
    expect(h.entries[0]).not.toHaveProperty('interrupted');
  });

  it.each(['', ' ', '—', ' … ', '-'])('has no interrupted answer of which "%s" was heard', (heard) => {
    const h = history();
    h.addUser('tell me a story');
    h.addAssistant(heard, true);
    h.addUser('no, wait');
    expect(shown(h)).toEqual(['user: tell me a story no, wait']);
  });

  it('begins with the user, also when we spoke first', () => {
    const h = history();
    h.addAssistant('Good morning!', false);
    expect(shown(h)).toEqual(['user: Hello.', 'assistant: Good morning!']);
    h.addUser('morning');
    expect(shown(h)).toEqual(['user: Hello.', 'assistant: Good morning!', 'user: morning']);
    expect(h.entries).toHaveLength(2);
  });

  it('keeps a silence only as long as the user did not speak', () => {
    const h = history();
    h.addUser('...');
    expect(shown(h)).toEqual(['user: ...']);
    h.addUser('I am here');
    expect(shown(h)).toEqual(['user: I am here']);
  });

  it('may have one more message of the user that is not kept', () => {
    const h = history();
    h.addUser('hello');
    h.addAssistant('Hi.', false);
    expect(lines(h.withUser('be kind', 'what time'))).toEqual(['user: hello', 'assistant: Hi.', 'user: what time']);
    expect(lines(h.withUser('be kind', ' '))).toEqual(['user: hello', 'assistant: Hi.']);
    expect(shown(h)).toEqual(['user: hello', 'assistant: Hi.']);
  });
});

describe('what was never answered', () => {
  it('goes into the next question, once', () => {
    const h = history();
    h.addUser('what time is it');
    h.unanswered();
    expect(h.entries).toEqual([{ role: 'user', content: 'what time is it', at: 1_000, unanswered: true }]);
    expect(lines(h.withUser('be kind', 'are you there'))).toEqual(['user: what time is it are you there']);
    h.addUser('are you there');
    expect(h.entries[0]).not.toHaveProperty('unanswered');
    h.unanswered();
    expect(shown(h)).toEqual(['user: are you there']);
    h.addUser('hello');
    h.addAssistant('Yes.', false);
    h.addUser('good');
    expect(shown(h)).toEqual(['user: are you there hello', 'assistant: Yes.', 'user: good']);
  });

  it('is there once however often it is asked', () => {
    const h = history();
    h.addUser('hello');
    h.addAssistant('Hi.', false);
    for (const text of [
      'what time is it',
      'What time is it?',
      'what time is it',
      'what TIME is it',
      'what time is it',
    ]) {
      h.addUser(text);
      expect(shown(h)).toEqual(['user: hello', 'assistant: Hi.', `user: ${text}`]);
      h.unanswered();
    }
  });

  it('is not forgotten over a silence, and a silence is nothing beside it', () => {
    const h = history();
    h.addUser('what time is it');
    h.unanswered();
    for (const _ of [1, 2]) {
      h.addUser('...');
      expect(shown(h)).toEqual(['user: what time is it']);
      h.unanswered();
    }
    h.addUser('hello');
    expect(shown(h)).toEqual(['user: what time is it hello']);
  });

  it('is forgotten when more is said two minutes later', () => {
    let now = 0;
    const h = history({ now: () => now });
    h.addUser('what time is it');
    h.unanswered();
    now = 120_001;
    h.addUser('tell me a story');
    expect(shown(h)).toEqual(['user: tell me a story']);
  });

  it('leaves what was said before it', () => {
    const h = history();
    // An answer was cut short before a word of it was heard.
    h.addUser('tell me a story');
    h.addUser('no wait');
    h.unanswered();
    expect(shown(h)).toEqual(['user: tell me a story no wait']);
    h.addUser('about a king');
    h.unanswered();
    expect(shown(h)).toEqual(['user: about a king']);
  });

  it('changes nothing where an answer came last', () => {
    const h = history();
    h.unanswered();
    h.addUser('hello');
    h.addAssistant('Hi.', false);
    const before = h.entries;
    h.unanswered();
    expect(h.entries).toBe(before);
  });

  it('never makes a request longer than two of the things that were said', () => {
    const word = fc.constantFrom('what', 'time', 'is', 'it', 'hello', '...', 'Time?');
    const question = fc.array(word, { minLength: 1, maxLength: 6 }).map((said) => said.join(' '));
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 20 }), fc.boolean(), (questions, restarts) => {
        let h = history();
        h.addUser('hello');
        h.addAssistant('Hi.', false);
        const longest = Math.max(...questions.map((said) => said.length));
        for (const said of questions) {
          h.addUser(said);
          const last = textOf(h.messages('p').at(-1) ?? { content: '' });
          expect(last.length).toBeLessThanOrEqual(2 * longest + 1);
          expect(h.messages('p')).toHaveLength(4);
          h.unanswered();
          if (restarts) h = history({ initial: h.entries });
        }
      }),
    );
  });
});

describe('a budget', () => {
  it('of messages drops question and answer together, the oldest first', () => {
    const h = history({ maxMessages: 4 });
    for (const turn of [1, 2, 3]) {
      h.addUser(`question ${turn}`);
      h.addAssistant(`answer ${turn}`, false);
    }
    expect(shown(h)).toEqual(['user: question 2', 'assistant: answer 2', 'user: question 3', 'assistant: answer 3']);
    h.addUser('question 4');
    expect(shown(h)).toEqual(['user: question 3', 'assistant: answer 3', 'user: question 4']);
  });

  it('of tokens does so too', () => {
    // A turn is 10 + 4 + 10 + 4 tokens.
    const h = history({ maxTokens: 60 });
    for (const letter of ['a', 'b', 'c']) {
      h.addUser(letter.repeat(40));
      h.addAssistant(letter.repeat(40), false);
    }
    expect(h.entries.map(({ content }) => content[0])).toEqual(['b', 'b', 'c', 'c']);
  });

  it('counts Chinese as more than Latin', () => {
    const latin = history({ maxTokens: 100 });
    const chinese = history({ maxTokens: 100 });
    for (let turn = 0; turn < 10; turn++) {
      latin.addUser('x'.repeat(48));
      latin.addAssistant('y', false);
      chinese.addUser('三'.repeat(48));
      chinese.addAssistant('y', false);
    }
    expect(latin.entries.length).toBeGreaterThanOrEqual(2 * chinese.entries.length);
  });

  it('cuts one turn that is too long: the end of the long message stays, the short one is whole', () => {
    const h = history({ maxTokens: 50 });
    h.addUser('what next');
    h.addAssistant(`${'word '.repeat(100)}end`, false);
    const [user, assistant] = shown(h);
    expect(user).toBe('user: what next');
    expect(assistant).toMatch(/^assistant: (word )+end$/);
    expect(assistant?.length).toBeLessThan(4 * 50);
    h.addUser('go on');
    expect(shown(h)).toEqual(['user: go on']);
  });

  it('is kept by what came from before', () => {
    const initial = Array.from({ length: 100 }, (_, index): HistoryEntry => {
      return { role: index % 2 === 0 ? 'user' : 'assistant', content: `message ${index}`, at: index };
    });
    const h = history({ initial, maxMessages: 6 });
    expect(h.entries).toEqual(initial.slice(-6));
  });
});

describe('images', () => {
  it('are shown behind the words they came with, and words alone stay a string', () => {
    const h = history();
    h.addUser(' what is this ', [picture(1)]);
    h.addAssistant('A cup.', false);
    h.addUser('', [picture(2)]);
    expect(h.messages('be kind').slice(1)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'what is this' }, picture(1)] },
      { role: 'assistant', content: 'A cup.' },
      { role: 'user', content: [picture(2)] },
    ]);
    expect(h.entries[1]).not.toHaveProperty('images');
  });

  it('of two messages of the user come together', () => {
    const h = history();
    h.addUser('this', [picture(1)]);
    h.addUser('or this', [picture(2)]);
    h.addUser('');
    expect(shown(h)).toHaveLength(1);
    expect(textOf(h.messages('')[1] ?? { content: '' })).toBe('this or this');
    expect(pictures(h)).toEqual([[1, 2]]);
  });

  it('may be tried out without being kept', () => {
    const h = history();
    const tried = h.withUser('be kind', 'what is this', [picture(1)]);
    expect(tried.slice(1)).toEqual([{ role: 'user', content: [{ type: 'text', text: 'what is this' }, picture(1)] }]);
    expect(h.entries).toEqual([]);
  });

  it('count in the budget, and go with their turn', () => {
    const h = history({ maxTokens: 2 * IMAGE_TOKENS + 100 });
    for (const number of [1, 2, 3]) {
      h.addUser(`question ${number}`, [picture(number)]);
      h.addAssistant(`answer ${number}`, false);
    }
    expect(pictures(h)).toEqual([[2], [], [3], []]);
    h.addUser('question 4');
    h.addAssistant('word '.repeat(IMAGE_TOKENS), false);
    expect(pictures(h)).toEqual([[], []]);
  });

  it('of one message stay as many as fit, the newest ones, and leave room for its words', () => {
    const h = history({ maxTokens: 2 * IMAGE_TOKENS + 50 });
    for (const number of [1, 2, 3, 4]) h.addUser(`look ${'very '.repeat(100)}closely`, [picture(number)]);
    expect(pictures(h)).toEqual([[3, 4]]);
    expect(textOf(h.messages('')[1] ?? { content: '' })).toMatch(/^(very )+closely$/);
    expect(h.entries[0]?.images).toHaveLength(2);
  });

  it('that no budget holds are left out', () => {
    const h = history({ maxTokens: 50 });
    h.addUser('', [picture(1)]);
    expect(h.entries).toEqual([]);
    h.addUser('what is this', [picture(2)]);
    expect(shown(h)).toEqual(['user: what is this']);
  });
});

describe('who wants to know', () => {
  it('is told of every change, and of nothing else', () => {
    const told: (readonly HistoryEntry[])[] = [];
    const h = history({
      initial: [{ role: 'user', content: 'before', at: 1 }],
      onChange: (entries) => told.push(entries),
    });
    h.addAssistant('', true);
    h.addUser(' ');
    h.messages('');
    h.withUser('', 'maybe');
    expect(told).toEqual([]);
    h.addAssistant('Yes', true);
    h.addUser('go on');
    h.clear();
    expect(told).toEqual([
      [
        { role: 'user', content: 'before', at: 1 },
        { role: 'assistant', content: 'Yes', interrupted: true, at: 1_000 },
      ],
      [
        { role: 'user', content: 'before', at: 1 },
        { role: 'assistant', content: 'Yes', interrupted: true, at: 1_000 },
        { role: 'user', content: 'go on', at: 1_000 },
      ],
      [],
    ]);
    expect(shown(h)).toEqual([]);
  });
});

type Said = {
  readonly who: 'user' | 'assistant' | 'interrupted';
  readonly text: string;
  /** How many the user shows. */
  readonly images: number;
};

const words = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer({ min: 1, max: 200 }).map((count) => 'word '.repeat(count)),
  fc.integer({ min: 1, max: 200 }).map((count) => '言'.repeat(count)),
  fc.constantFrom('...', '—', 'Well —'),
);
const said: fc.Arbitrary<Said> = fc.record({
  who: fc.constantFrom('user', 'assistant', 'interrupted'),
  text: words,
  images: fc.constantFrom(0, 0, 0, 1, 3),
});
const budgets = fc.record({
  maxTokens: fc.oneof(fc.integer({ min: 50, max: 400 }), fc.integer({ min: IMAGE_TOKENS, max: 5 * IMAGE_TOKENS })),
  maxMessages: fc.integer({ min: 2, max: 12 }),
});

function say(to: History, { who, text, images }: Said): void {
  if (who === 'user')
    to.addUser(
      text,
      Array.from({ length: images }, (_, index) => picture(index)),
    );
  else to.addAssistant(text, who === 'interrupted');
}

describe('whatever is said', () => {
  it('roles alternate, the user begins, no message is empty, and the budget is kept', () => {
    fc.assert(
      fc.property(budgets, fc.array(said, { maxLength: 40 }), words, (budget, talk, next) => {
        const h = history(budget);
        for (const one of talk) {
          say(h, one);
          for (const messages of [h.messages('p'), h.withUser('p', next)]) {
            const roles = messages.map(({ role }) => role);
            expect(roles[0]).toBe('system');
            for (let index = 1; index < roles.length; index++) {
              expect(roles[index]).toBe(index % 2 === 1 ? 'user' : 'assistant');
            }
            const rest = messages.slice(1);
            expect(rest.length).toBeLessThanOrEqual(budget.maxMessages);
            const tokens = rest.map(
              (message) => estimateTokens(textOf(message)) + imagesOf(message).length * IMAGE_TOKENS + 4,
            );
            expect(tokens.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(budget.maxTokens);
            for (const message of rest) {
              if (imagesOf(message).length === 0) expect(textOf(message).trim()).not.toBe('');
              else expect(message.content).not.toContainEqual({ type: 'text', text: '' });
            }
          }
        }
      }),
    );
  });

  it('what was said last is never forgotten', () => {
    fc.assert(
      fc.property(budgets, fc.array(said, { maxLength: 20 }), (budget, talk) => {
        const h = history(budget);
        for (const one of talk) say(h, one);
        h.addUser('the last words');
        expect(textOf(h.messages('').at(-1) ?? { content: '' })).toMatch(/the last words$/);
        h.addAssistant('Of course', true);
        const lastTwo = h.messages('').slice(-2);
        expect(lastTwo.map((message) => ({ role: message.role, content: textOf(message) }))).toEqual([
          { role: 'user', content: expect.stringMatching(/the last words$/) },
          { role: 'assistant', content: 'Of course' },
        ]);
      }),
    );
  });

  it('a message tried out gives what keeping it gives', () => {
    fc.assert(
      fc.property(budgets, fc.array(said, { maxLength: 20 }), words, (budget, talk, next) => {
        const h = history(budget);
        for (const one of talk) say(h, one);
        const before = structuredClone(h.entries);
        const tried = h.withUser('p', next);
        expect(h.entries).toEqual(before);
        h.addUser(next);
        expect(h.messages('p')).toEqual(tried);
      }),
    );
  });

  it('a history carries on from its entries as if nothing had happened', () => {
    fc.assert(
      fc.property(
        budgets,
        fc.array(said, { maxLength: 20 }),
        fc.array(said, { maxLength: 5 }),
        (budget, talk, more) => {
          const h = history(budget);
          for (const one of talk) say(h, one);
          const again = history({ ...budget, initial: h.entries });
          expect(again.entries).toEqual(h.entries);
          for (const one of more) {
            say(h, one);
            say(again, one);
          }
          expect(again.messages('p')).toEqual(h.messages('p'));
        },
      ),
    );
  });

  it('what is dropped is whole turns from the beginning', () => {
    fc.assert(
      fc.property(budgets, fc.array(said, { minLength: 1, maxLength: 20 }), (budget, talk) => {
        const h = history(budget);
        const everything = history({ maxTokens: 1e9, maxMessages: 1e9 });
        for (const one of talk) {
          // A message of images only may have no room in the one, and has room in the other.
          const inWords = { ...one, images: 0 };
          say(h, inWords);
          say(everything, inWords);
        }
        const kept = h.entries;
        if (kept.length === everything.entries.length) return;
        expect(kept[0]?.role).toBe('user');
        expect(kept.map(({ role }) => role)).toEqual(everything.entries.slice(-kept.length).map(({ role }) => role));
      }),
    );
  });
});
