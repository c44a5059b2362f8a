import { afterEach, describe, expect, it, vi } from 'vitest';
import { replyWithTools } from '#src/conversation/responding/tool-loop';
import { createToolBox } from '#src/conversation/tools/tool-box';
import { systemClock } from '#src/core/clock';
import { Secret } from '#src/core/secret';
import type { Llm } from '#src/engines/llm';
import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import { createServiceClient } from '#src/engines/openai/requests/client';
import { GROQ } from '#src/engines/openai/requests/service';
import { ScriptedLlm } from '#src/engines/scripted/scripted-llm';
import { PCM } from '#src/protocols/pcm/pcm';
import { type FakeGroq, type FakeGroqOptions, startFakeGroq } from './fakes/fake-groq.ts';
import { type FakeChatReply, streamedCall, wholeCall } from './fakes/fake-groq-chat.ts';
import { deviceConfig } from './support/devices/devices.ts';
import { FakeLink, FakeListener } from './support/devices/fake-link.ts';

let groq: FakeGroq | undefined;
afterEach(() => groq?.close());

/** What a pcm device is told and what is said, from the engine down to the wire. */
async function ask(llm: Llm, content: string) {
  const link = new FakeLink();
  const session = await PCM.open(link, deviceConfig({ protocol: 'pcm' }), new FakeListener());
  let ended = 0;
  const tools = createToolBox({
    clock: systemClock,
    device: 'kitchen',
    session,
    reported: () => ({ wifiRssiDbm: -60 }),
    endConversation: () => {
      ended += 1;
    },
  });
  link.take();
  const ran: [name: string, ok: boolean][] = [];
  const reply = replyWithTools({
    llm,
    clock: systemClock,
    messages: [{ role: 'user', content }],
    tools,
    signal: new AbortController().signal,
    onTool: ({ tool, ok }) => ran.push([tool, ok]),
  });
  let text = '';
  for await (const delta of reply) if (delta.type === 'token') text += delta.text;
  return { text, ran, ended, told: link.take().map(({ payload }) => payload) };
}

async function groqThatSays(...steps: readonly FakeChatReply[]): Promise<Llm> {
  let step = 0;
  const reply: FakeGroqOptions['reply'] = () => steps[Math.min(step++, steps.length - 1)] ?? {};
  groq = await startFakeGroq({ reply });
  const key = new Secret(groq.apiKey);
  const client = createServiceClient(GROQ, { apiKey: key, baseUrl: groq.url, clock: systemClock, random: () => 0 });
  return new OpenAiLlm({ client, model: 'm' });
}

describe('tools, from the engine to the device', () => {
  it('run for Groq, whose history they fit', async () => {
    const llm = await groqThatSays(
      {
        text: 'One moment.',
        calls: [
          ...streamedCall(0, 'a', 'set_volume', '{"percent": 40}'),
          ...wholeCall(1, 'b', 'play_tone', '{"tone": "done"}'),
        ],
      },
      { calls: [...wholeCall(0, 'c', 'device_status', ''), ...wholeCall(1, 'd', 'set_volume', '{"percent": 4')] },
      { text: 'All is well.' },
    );
    const { text, ran, told } = await ask(llm, 'Quieter, and how is the Wi-Fi?');
    expect(text).toBe('One moment.\nAll is well.');
    expect(ran).toHaveLength(4);
    expect(ran.filter(([, ok]) => !ok)).toEqual([['set_volume', false]]);
    expect(told).toEqual([
      { command: 'set_volume', volume: 40 },
      { command: 'play_tone', tone: 'done' },
    ]);
    // The fake refuses a history that Groq would refuse.
    await vi.waitFor(() => expect(groq?.requests.map(({ answered }) => answered)).toEqual([true, true, true]));
    const results = groq?.requests[2]?.chat?.messages
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => content);
    expect(results).toEqual([
      'The volume is now 40 percent.',
      'The sound was played.',
      expect.stringContaining('Wi-Fi: good (-60 dBm). Volume: 40 percent.'),
      'Error: the arguments are not a JSON object.',
    ]);
  });

  it('end with words from a Groq that would call for ever', async () => {
    const llm = await groqThatSays(
      ...['a', 'b', 'c'].map((id) => ({ calls: wholeCall(0, id, 'current_time', '{}') })),
      { text: 'It is late.' },
    );
    expect((await ask(llm, 'What time is it?')).text).toBe('It is late.');
    expect(groq?.requests.map(({ chat }) => chat?.tools?.length)).toEqual([5, 5, 5, undefined]);
  });

  it.each([
    { said: 'make it louder', told: [{ command: 'set_volume', volume: 70 }], ended: 0, says: /seventy percent/ },
    {
      said: 'set the volume to fifty percent',
      told: [{ command: 'set_volume', volume: 50 }],
      ended: 0,
      says: /fifty percent/,
    },
    { said: 'goodbye', told: [], ended: 1, says: /^Goodbye!/ },
  ])('run for the scripted engine: "$said"', async ({ said, told, ended, says }) => {
    const result = await ask(new ScriptedLlm({ clock: systemClock, random: () => 0 }), said);
    expect(result).toMatchObject({ told, ended });
    expect(result.text).toMatch(says);
  });
});
