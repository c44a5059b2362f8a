import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import type { ChatMessage, LlmDelta, ToolSpec } from '../llm.ts';
import { ScriptedLlm } from './scripted-llm.ts';

/** Saturday, 15:10 in London. */
const WALL_MS = Date.UTC(2026, 10, 21, 15, 10);

const tool = (name: string): ToolSpec => ({ name, description: name, parameters: { type: 'object', properties: {} } });
const ALL = ['current_time', 'device_status', 'set_volume', 'play_tone', 'end_conversation'].map(tool);
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

async function deltas(messages: readonly ChatMessage[], tools?: readonly ToolSpec[], random = 0): Promise<LlmDelta[]> {
  const llm = new ScriptedLlm({ clock: new ManualClock(WALL_MS), random: () => random, timeZone: 'Europe/London' });
  const all: LlmDelta[] = [];
  const { signal } = new AbortController();
  for await (const delta of llm.reply(messages, { signal, ...(tools ? { tools } : {}) })) all.push(delta);
  return all;
}

async function callFor(text: string, tools = ALL) {
  const [delta, ...more] = await deltas([user(text)], tools);
  expect(more.some(({ type }) => type === 'tool_call')).toBe(false);
  return delta?.type === 'tool_call' ? { name: delta.call.name, args: JSON.parse(delta.call.arguments) } : undefined;
}

/** Every text that the messages may be answered with; no call. */
async function texts(messages: readonly ChatMessage[], tools?: readonly ToolSpec[]): Promise<string[]> {
  const all = new Set<string>();
  for (let random = 0; random < 1; random += 0.05) {
    const reply = await deltas(messages, tools, random);
    all.add(reply.map((delta) => (delta.type === 'token' ? delta.text : `<${delta.type}>`)).join(''));
  }
  return [...all];
}

/** The messages behind a call and its result. */
function called(text: string, name: string, result: string): ChatMessage[] {
  const call = { id: 'scripted_1', name, arguments: '{}' };
  return [
    user(text),
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', content: result, toolCallId: call.id },
  ];
}

describe('ScriptedLlm with tools', () => {
  it.each([
    { text: 'set the volume to fifty percent', args: { percent: 50 } },
    { text: 'set the volume two fifty percent', args: { percent: 50 } },
    { text: 'volume zero', args: { percent: 0 } },
    { text: 'change the volume to a hundred percent please', args: { percent: 100 } },
    { text: 'Turn the volume up to 80%.', args: { percent: 80 } },
    { text: 'turn the volume up two eighty percent', args: { percent: 80 } },
    { text: 'volume up', args: { change: 20 } },
    { text: 'a lot louder please', args: { change: 20 } },
    { text: 'turn the volume down', args: { change: -20 } },
    { text: 'make it quieter', args: { change: -20 } },
    { text: 'you are too loud', args: { change: -20 } },
    { text: 'make it ten percent louder', args: { change: 10 } },
  ])('"$text" sets the volume', async ({ text, args }) => {
    expect(await callFor(text)).toEqual({ name: 'set_volume', args });
  });

  it.each(['goodbye', 'Goodbye', 'bye', 'see you later', 'good night'])('"%s" ends the conversation', async (text) => {
    expect(await callFor(text)).toEqual({ name: 'end_conversation', args: {} });
  });

  it.each([
    'what is the volume',
    'set the volume to nine hundred',
    'set the lights to fifty percent',
    'hello',
    'what time is it',
  ])('"%s" calls nothing', async (text) => {
    expect(await callFor(text)).toBeUndefined();
  });

  it('calls only what is offered', async () => {
    expect(await callFor('volume up', [tool('end_conversation')])).toBeUndefined();
    expect(await callFor('goodbye', [])).toBeUndefined();
    expect(await texts([user('volume up')], [tool('play_tone')])).toContain(
      'I would. But the volume knob is on your side.',
    );
  });

  it('makes calls that differ within a reply, and always the same for the same messages', async () => {
    const messages = [user('hello'), assistant('Hello!'), user('volume up')];
    expect(await deltas(messages, ALL, 0.9)).toEqual(await deltas(messages, ALL, 0.1));
    expect(await deltas(messages, ALL)).not.toEqual(await deltas(messages.slice(2), ALL));
  });

  it('says what came of it, and does not call again', async () => {
    for (const text of await texts(called('make it louder', 'set_volume', 'The volume is now 70 percent.'), ALL)) {
      expect(text).toMatch(/seventy percent/);
    }
    for (const text of await texts(called('make it louder', 'set_volume', 'Error: no result within 10 s.'), ALL)) {
      expect(text).toMatch(/did not work/);
    }
    for (const text of await texts(called('make it louder', 'set_volume', 'Done.'), ALL))
      expect(text).not.toMatch(/[{}<]/);
    for (const text of await texts(called('goodbye', 'end_conversation', 'Say goodbye.'), ALL)) {
      expect(text).toMatch(/bye|see you|take care/i);
    }
    expect(await texts(called('what time is it', 'current_time', '15:10'), ALL)).toContain(
      'It is ten past three in the afternoon.',
    );
  });

  it('ends with an AbortError when aborted before its call', async () => {
    const llm = new ScriptedLlm({ clock: new ManualClock(WALL_MS), random: () => 0 });
    const reply = llm.reply([user('goodbye')], { signal: AbortSignal.abort(), tools: ALL });
    await expect(reply.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('ScriptedLlm that speaks first, waits and leaves', () => {
  const system: ChatMessage = { role: 'system', content: 'You are a device.' };
  const silence = user('...');

  it('greets', async () => {
    const greetings = await texts([system, user('Hello!')], ALL);
    expect(greetings.length).toBeGreaterThan(2);
    for (const text of greetings) expect(text).toMatch(/^(Hello|Hi there|Good afternoon)!/);
  });

  it('asks a silent user twice, in other words, then says goodbye', async () => {
    const history = [system, user('what time is it'), assistant('It is three.'), silence];
    const first = await texts(history, ALL);
    expect(first.length).toBeGreaterThan(3);
    for (const text of first) expect(text).not.toMatch(/bye|<|any words/i);
    history.push(assistant(first[0] ?? ''), silence);
    const second = await texts(history, ALL);
    expect(second).not.toContain(first[0]);
    for (const text of second) expect(first).toContain(text);
    history.push(assistant(second[0] ?? ''), silence);
    for (const text of await texts(history, ALL)) expect(text).toMatch(/Bye!$/);
  });

  it('counts silences in a row only, joined ones too', async () => {
    const leaves = async (messages: readonly ChatMessage[]) =>
      (await texts(messages)).every((text) => text.endsWith('Bye!'));
    expect(
      await leaves([silence, assistant('A?'), silence, assistant('B?'), user('hello'), assistant('C'), silence]),
    ).toBe(false);
    expect(await leaves([user('... ...'), assistant('B?'), user('…')])).toBe(true);
    expect(await leaves([user('... hello'), assistant('C'), silence])).toBe(false);
  });

  it('hears who speaks into its silence', async () => {
    expect(await texts([user('... what time is it')])).toContain('It is ten past three in the afternoon.');
  });

  it('says goodbye without tools', async () => {
    for (const text of await texts([system, user('Goodbye')])) expect(text).toMatch(/bye|see you|take care/i);
  });
});
