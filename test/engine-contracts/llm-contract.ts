import { describe, expect, it } from 'vitest';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, ToolSpec } from '#src/engines/llm';
import {
  all,
  brokenEngine,
  expectEnd,
  expectFailureOf,
  expectNoTimers,
  failureOf,
  listenersOf,
  type Make,
  sharedEngine,
} from './contract.ts';

/** What an engine of this kind has to show. */
export interface LlmCase {
  readonly engine: string;
  readonly capabilities: LlmCapabilities;
  readonly make: Make<Llm>;
  /** False: it has nothing that can fail. */
  readonly canFail: boolean;
}

const TOOLS: readonly ToolSpec[] = [
  {
    name: 'set_volume',
    description: 'Sets the volume.',
    parameters: { type: 'object', properties: { percent: { type: 'integer' } } },
  },
];
const IMAGE = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([137, 80, 78, 71]) } as const;
const HELLO: readonly ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello, who are you?' },
];
const VOLUME: readonly ChatMessage[] = [{ role: 'user', content: 'Set the volume to fifty percent.' }];
const LOOK: readonly ChatMessage[] = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, IMAGE] }];

const textIn = (deltas: readonly LlmDelta[]) =>
  deltas.map((delta) => (delta.type === 'token' ? delta.text : '')).join('');

/** The contract of src/engines/llm.ts. */
export function llmContract({ engine, capabilities, make, canFail }: LlmCase): void {
  describe(`${engine}, an Llm`, () => {
    const shared = sharedEngine(make);

    it('says of each reply which engine writes it and what that can do, before it is read', async () => {
      const { engine: llm } = shared;
      const reply = llm.reply(HELLO, { signal: new AbortController().signal });
      expect(llm.id).toBe(engine);
      expect([reply.engine, reply.capabilities]).toEqual([engine, capabilities]);
      expect(textIn(await all(reply)).trim()).not.toBe('');
      expect([reply.engine, reply.capabilities]).toEqual([engine, capabilities]);
    });

    it('answers a message with an image, whether it sees it or not', async () => {
      const { engine: llm } = shared;
      const reply = llm.reply(LOOK, { signal: new AbortController().signal });
      expect(textIn(await all(reply)).trim()).not.toBe('');
    });

    it('asks for functions where it says that it can, in whole calls', async () => {
      const { engine: llm } = shared;
      const reply = llm.reply(VOLUME, { signal: new AbortController().signal, tools: TOOLS });
      const calls = (await all(reply)).flatMap((delta) => (delta.type === 'tool_call' ? [delta.call] : []));
      expect(calls.map(({ name }) => name)).toEqual(capabilities.tools ? ['set_volume'] : []);
      for (const call of calls) expect(JSON.parse(call.arguments)).toEqual({ percent: 50 });
    });

    it('ends with an AbortError when aborted, before and amid, and lets go of the signal', async () => {
      const { engine: llm, clock } = shared;
      const early = llm.reply(HELLO, { signal: AbortSignal.abort() });
      expect(await failureOf(early[Symbol.asyncIterator]())).toMatchObject({ name: 'AbortError' });

      const controller = new AbortController();
      const reply = llm.reply(HELLO, { signal: controller.signal })[Symbol.asyncIterator]();
      expect((await reply.next()).done).toBe(false);
      controller.abort();
      expect(await failureOf(reply)).toMatchObject({ name: 'AbortError' });
      expect(listenersOf(controller.signal)).toBe(0);
      await expectNoTimers(clock);
    });

    it('lets go of everything when the reader leaves', async () => {
      const { engine: llm, clock } = shared;
      const { signal } = new AbortController();
      for await (const delta of llm.reply(HELLO, { signal })) {
        expect(delta.type).toBe('token');
        break;
      }
      expect(listenersOf(signal)).toBe(0);
      await expectNoTimers(clock);
    });

    if (canFail) {
      it('throws an error of ours that names the engine', async () => {
        const llm = await brokenEngine(make);
        const { signal } = new AbortController();
        expectFailureOf(engine, await failureOf(llm.reply(HELLO, { signal })[Symbol.asyncIterator]()));
        expect(listenersOf(signal)).toBe(0);
      });
    }

    // The last test: it closes the engine of the others.
    it('leaves nothing behind when it is closed', async () => {
      const { engine: llm, clock } = shared;
      const { signal } = new AbortController();
      const reply = llm.reply(HELLO, { signal })[Symbol.asyncIterator]();
      await reply.next();
      await llm.close();
      expectEnd(engine, await failureOf(reply));
      expect(listenersOf(signal)).toBe(0);
      await expectNoTimers(clock);
      await llm.close();
    });
  });
}
