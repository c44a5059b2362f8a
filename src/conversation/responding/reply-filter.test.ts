import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalls } from './call-json.ts';
import { ReplyFilter, type ReplyPiece } from './reply-filter.ts';

const TOOLS = new Set(['current_time', 'set_volume', 'end_conversation']);
const isOffered = (name: string) => TOOLS.has(name);

function filter(...chunks: string[]): ReplyPiece[] {
  const it = new ReplyFilter({ isOffered });
  return [...chunks.flatMap((chunk) => it.push(chunk)), ...it.end()];
}

const textOf = (pieces: readonly ReplyPiece[]) =>
  pieces
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text)
    .join('');

const callsOf = (pieces: readonly ReplyPiece[]) =>
  pieces
    .filter(({ type }) => type === 'call')
    .flatMap(({ text }) => readCalls(text))
    .map(({ name, arguments: args }) => `${name} ${args}`);

const TIME = 'current_time {}';
const VOLUME = 'set_volume {"percent":50}';

/** [reply, what is spoken, what is called] */
const REPLIES: readonly (readonly [string, string, readonly string[]])[] = [
  ['It is noon.', 'It is noon.', []],
  ['5 < 6 and a <b>bold</b> word, [1] {x}', '5 < 6 and a <b>bold</b> word, [1] {x}', []],
  ['<think>The user wants the time.</think>It is noon.', 'It is noon.', []],
  ['<thinking>\nhm\n</thinking>\n\nIt is noon.', '\n\nIt is noon.', []],
  ['<THINK>hm</Think>It is noon.', 'It is noon.', []],
  ['<reasoning effort="high">hm < 5</reasoning>It is noon.', 'It is noon.', []],
  ['<thought>hm</thought>It is noon.', 'It is noon.', []],
  ['◁think▷hm◁/think▷It is noon.', 'It is noon.', []],
  ['[THINK]hm[/THINK]It is noon.', 'It is noon.', []],
  ['<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>It is noon.<|END_RESPONSE|>', 'It is noon.', []],
  [
    '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>It is noon.',
    'It is noon.',
    [],
  ],
  ['Well. <think>hm</think>It is noon. <think>more</think>Bye.', 'Well. It is noon. Bye.', []],
  ['<think>never closed. It is noon.', '', []],
  ['Well. <think>never closed', 'Well. ', []],
  ['<think></think>It is noon.', 'It is noon.', []],
  ['<think>a <think>b</think> c</think>It is noon.', 'It is noon.', []],
  // The mark that opens it stood in the prompt.
  ['The user wants the time.</think>It is noon.', 'It is noon.', []],
  // Not tags of reasoning.
  ['A <thinker> is no thought, nor is <thinks>.', 'A <thinker> is no thought, nor is <thinks>.', []],
  ['I think so.', 'I think so.', []],

  ['<tool_call>{"name": "set_volume", "arguments": {"percent": 50}}</tool_call>', '', [VOLUME]],
  [
    'Sure. <tool_call>\n{"name": "current_time", "arguments": {}}\n</tool_call> One moment.',
    'Sure.  One moment.',
    [TIME],
  ],
  ['{"name": "current_time", "parameters": {}}', '', [TIME]],
  ['{"name": "set_volume", "parameters": {"percent": 50}}', '', [VOLUME]],
  ['Here: {"name": "set_volume", "arguments": "{\\"percent\\": 50}"} done.', 'Here:  done.', [VOLUME]],
  ['{"type": "function", "function": {"name": "current_time", "arguments": {}}}', '', [TIME]],
  ['{"type": "function", "name": "current_time", "parameters": {}}', '', [TIME]],
  ['{"tool": "set_volume", "args": {"percent": 50}}', '', [VOLUME]],
  ['{"action": "set_volume", "action_input": {"percent": 50}}', '', [VOLUME]],
  [
    '[{"name": "current_time", "arguments": {}}, {"name": "set_volume", "arguments": {"percent": 50}}]',
    '',
    [TIME, VOLUME],
  ],
  ['[TOOL_CALLS] [{"name": "current_time", "arguments": {}}]', '', [TIME]],
  ['[TOOL_CALLS]current_time{}', '', [TIME]],
  ['<function=current_time>{}</function>', '', [TIME]],
  ['<function=set_volume>{"percent": 50}</function>', '', [VOLUME]],
  ['<function=set_volume><parameter=percent>50</parameter></function>', '', [VOLUME]],
  [
    '<tool_call>\n<function=set_volume>\n<parameter=percent>\n50\n</parameter>\n</function>\n</tool_call>',
    '',
    [VOLUME],
  ],
  [
    '<function_calls><invoke name="set_volume"><parameter name="percent">50</parameter></invoke></function_calls>',
    '',
    [VOLUME],
  ],
  ['<|python_tag|>{"name": "current_time", "parameters": {}}', '', [TIME]],
  ['<|tool_call|>[{"name": "current_time", "arguments": {}}]<|/tool_call|>', '', [TIME]],
  ['```json\n{"name": "current_time", "arguments": {}}\n```', '', [TIME]],
  ['```tool_code\n{"name": "set_volume", "arguments": {"percent": 50}}\n```\nDone.', '\nDone.', [VOLUME]],
  ['{"name": "current_time"}', '', [TIME]],
  ['<tool_call>{"name": "current_time"}</tool_call>', '', [TIME]],
  // Cut off, or no JSON: swallowed.
  ['<tool_call>{"name": "set_volume", "argum', '', []],
  ['{"name": "set_volume", "arguments": {"perc', '', []],
  ['<tool_call>not json</tool_call>Hello.', 'Hello.', []],
  // JSON and code that are no calls.
  ['{"temperature": 21}', '{"temperature": 21}', []],
  ['{"name": "Ada", "age": 36}', '{"name": "Ada", "age": 36}', []],
  ['[1, 2, 3] and {"a": [1]}', '[1, 2, 3] and {"a": [1]}', []],
  ['```js\nlet a = {};\n```', '```js\nlet a = {};\n```', []],
  ['`code` and ``more``', '`code` and ``more``', []],
];

describe('what is spoken of a reply', () => {
  it.each(REPLIES)('%s', (reply, spoken, calls) => {
    const pieces = filter(reply);
    expect(textOf(pieces)).toBe(spoken);
    expect(callsOf(pieces)).toEqual(calls);
  });

  it.each(REPLIES.filter(([reply]) => !reply.startsWith('The user wants')))(
    '%s, a character at a time',
    (reply, spoken, calls) => {
      const pieces = filter(...reply);
      // A stray end can only take back what is still there.
      if (!reply.includes(' c</think>')) expect(textOf(pieces)).toBe(spoken);
      expect(callsOf(pieces)).toEqual(calls);
    },
  );

  it('is the same wherever the stream is cut', () => {
    const replies = REPLIES.filter(([reply]) => !reply.startsWith('The user') && !reply.includes(' c</think>'));
    fc.assert(
      fc.property(
        fc.constantFrom(...replies),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
        (row, sizes) => {
          const [reply, spoken, calls] = row;
          const chunks: string[] = [];
          for (let at = 0, turn = 0; at < reply.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(reply.slice(at, at + size));
            at += size;
          }
          const pieces = filter(...chunks);
          expect(textOf(pieces)).toBe(spoken);
          expect(callsOf(pieces)).toEqual(calls);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('gives text at once when it cannot be a span', () => {
    const it = new ReplyFilter();
    expect(it.push('It is ')).toEqual([{ type: 'text', text: 'It is ' }]);
    expect(it.push('<')).toEqual([]);
    expect(it.push(' 5')).toEqual([{ type: 'text', text: '< 5' }]);
  });

  it('of a model that begins inside its reasoning, gives nothing before its end', () => {
    const first = new ReplyFilter();
    first.push('I should say noon.');
    expect(first.push('</think>It is noon.')).toEqual([{ type: 'text', text: 'It is noon.' }]);
    expect(first.closedAlone).toBe(true);
    const next = new ReplyFilter({ startsInside: true });
    expect(next.push('I should say one.')).toEqual([]);
    expect(next.push('</think>It is one.')).toEqual([{ type: 'text', text: 'It is one.' }]);
    const plain = new ReplyFilter({ startsInside: true });
    expect([...plain.push('It is two.'), ...plain.end()]).toEqual([{ type: 'text', text: 'It is two.' }]);
  });

  it('never throws, loses no text without marks, and holds back little', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 30 }), (chunks) => {
        const pieces = filter(...chunks);
        const text = chunks.join('');
        if (!/[<[{◁`]/.test(text)) expect(textOf(pieces)).toBe(text);
      }),
    );
  });
});
