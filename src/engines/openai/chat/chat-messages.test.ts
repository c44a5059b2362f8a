import { describe, expect, it } from 'vitest';
import type { ImagePart } from '../../chat-content.ts';
import type { ChatMessage, ToolCall } from '../../llm.ts';
import { toWireMessages, withoutTools } from './chat-messages.ts';

/** Behind another byte, as a picture within a larger message is. */
const BYTES = new Uint8Array([0, 255, 216, 255]).subarray(1);
const IMAGE: ImagePart = { type: 'image', mediaType: 'image/jpeg', bytes: BYTES };
const WIRE_IMAGE = { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/' } };
const CALLS: readonly ToolCall[] = ['a', 'b'].map((id) => ({ id, name: `look_${id}`, arguments: '{}' }));
const WIRE_CALLS = CALLS.map(({ id, name }) => ({ id, type: 'function', function: { name, arguments: '{}' } }));

const SHOWN: readonly ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'What is this?' }, IMAGE] },
];
const RESULTS: readonly ChatMessage[] = [
  { role: 'assistant', content: '', toolCalls: CALLS },
  { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: 'Taken.' }, IMAGE] },
  { role: 'tool', toolCallId: 'b', content: [IMAGE] },
  { role: 'user', content: 'And now?' },
];

describe('toWireMessages', () => {
  it.each([true, false])('writes words as plain strings (the model sees images: %s)', (seesImages) => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'Hello.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Are you' },
          { type: 'text', text: 'there?' },
        ],
      },
      { role: 'assistant', content: 'Yes.' },
      { role: 'assistant', content: '', toolCalls: CALLS },
      { role: 'tool', toolCallId: 'a', content: 'Done.' },
      { role: 'tool', toolCallId: 'b', content: [{ type: 'text', text: 'Done too.' }] },
    ];
    expect(toWireMessages(messages, seesImages)).toEqual([
      { role: 'user', content: 'Hello.' },
      { role: 'user', content: 'Are you there?' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'assistant', content: null, tool_calls: WIRE_CALLS },
      { role: 'tool', tool_call_id: 'a', content: 'Done.' },
      { role: 'tool', tool_call_id: 'b', content: 'Done too.' },
    ]);
  });

  it('writes images of the user as data URLs', () => {
    expect(toWireMessages(SHOWN, true)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, WIRE_IMAGE] },
    ]);
  });

  it('writes images of results behind all results, as a message of the user', () => {
    expect(toWireMessages(RESULTS, true)).toEqual([
      { role: 'assistant', content: null, tool_calls: WIRE_CALLS },
      { role: 'tool', tool_call_id: 'a', content: 'Taken.' },
      { role: 'tool', tool_call_id: 'b', content: 'The result is an image.' },
      {
        role: 'user',
        content: [{ type: 'text', text: 'Here is what the function has returned:' }, WIRE_IMAGE, WIRE_IMAGE],
      },
      { role: 'user', content: 'And now?' },
    ]);
  });

  it('writes a short text for each image where the model sees none', () => {
    expect(toWireMessages([...SHOWN, ...RESULTS], false)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is this? [an image that you cannot see]' },
      { role: 'assistant', content: null, tool_calls: WIRE_CALLS },
      { role: 'tool', tool_call_id: 'a', content: 'Taken. [an image that you cannot see]' },
      { role: 'tool', tool_call_id: 'b', content: '[an image that you cannot see]' },
      { role: 'user', content: 'And now?' },
    ]);
  });
});

describe('withoutTools', () => {
  it('keeps the images of results', () => {
    expect(withoutTools(RESULTS).slice(0, -2)).toEqual([
      { role: 'system', content: 'Result of look_a: Taken.' },
      { role: 'user', content: [IMAGE] },
      { role: 'system', content: 'Result of look_b: The result is an image.' },
      { role: 'user', content: [IMAGE] },
    ]);
  });
});
