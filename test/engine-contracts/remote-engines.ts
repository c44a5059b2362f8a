import type { Clock } from '#src/core/clock';
import { once } from '#src/core/once';
import { Secret } from '#src/core/secret';
import type { Engine } from '#src/engines/engine-call';
import type { EngineKind } from '#src/engines/events';
import { KyutaiStt } from '#src/engines/kyutai/kyutai-stt';
import { KyutaiTts } from '#src/engines/kyutai/kyutai-tts';
import type { Llm } from '#src/engines/llm';
import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import { OpenAiStt } from '#src/engines/openai/openai-stt';
import { OpenAiTts } from '#src/engines/openai/openai-tts';
import { createServiceClient, type ServiceClient } from '#src/engines/openai/requests/client';
import { GROQ, OPENAI } from '#src/engines/openai/requests/service';
import type { Stt } from '#src/engines/stt';
import type { Tts } from '#src/engines/tts';
import { createWyomingClient } from '#src/engines/wyoming/client';
import { WyomingStt } from '#src/engines/wyoming/wyoming-stt';
import { WyomingTts } from '#src/engines/wyoming/wyoming-tts';
import { type FakeGroq, type FakeGroqKind, startFakeGroq } from '../fakes/fake-groq.ts';
import { type FakeKyutai, startFakeKyutai } from '../fakes/fake-kyutai.ts';
import { type FakeWyoming, startFakeWyoming } from '../fakes/fake-wyoming.ts';

/** How long engines wait for their servers, milliseconds. */
const LIMIT_MS = 20_000;

/** An engine with a server of its own. */
interface RemoteEngine<Fake> {
  readonly fake: Fake;
  readonly engine: Engine;
  /** Makes one call and reads it to its end. @param onFirst called with the first result */
  readonly call: (signal: AbortSignal, onFirst?: () => void) => Promise<void>;
}

/** How the server of an engine is. */
interface RemoteServer {
  /** It wants another key than the engine has. Default: it takes the engine's. */
  readonly isLocked?: boolean;
  /** How long the engine waits for it, milliseconds. Default: longer than a test takes. */
  readonly limitMs?: number;
}

/** A family of engines and a kind of it. */
export interface RemoteCase<Fake> {
  /** As in `groq llm`. */
  readonly name: string;
  readonly kind: EngineKind;
  /** Close the engine and the server when it is done with. */
  readonly start: (clock: Clock, server?: RemoteServer) => Promise<RemoteEngine<Fake>>;
}

const HTTP_KINDS: Readonly<Record<EngineKind, FakeGroqKind>> = { stt: 'transcription', llm: 'chat', tts: 'speech' };

/** What an engine of this kind asks the fake server for. */
export function httpKind(kind: EngineKind): FakeGroqKind {
  return HTTP_KINDS[kind];
}

/** The engines that speak HTTP. */
export const HTTP_ENGINES: readonly RemoteCase<FakeGroq>[] = ([GROQ, OPENAI] as const).flatMap((service) =>
  (['stt', 'llm', 'tts'] as const).map((kind) => ({
    name: `${service.id} ${kind}`,
    kind,
    start: async (clock, { isLocked = false, limitMs = LIMIT_MS } = {}) => {
      const fake = await startFakeGroq(service === GROQ ? {} : { basePath: '/v1', voices: null });
      const limits = { firstByteTimeoutMs: limitMs, totalTimeoutMs: 60_000 };
      const apiKey = new Secret(isLocked ? 'another' : fake.apiKey);
      const client = createServiceClient(service, { apiKey, baseUrl: fake.url, clock, random: () => 0, ...limits });
      return { fake, ...httpEngine(kind, client) };
    },
  })),
);

/** The engines that speak to moshi-server. */
export const KYUTAI_ENGINES: readonly RemoteCase<FakeKyutai>[] = (['stt', 'tts'] as const).map((kind) => ({
  name: `kyutai ${kind}`,
  kind,
  start: async (clock, { isLocked = false, limitMs = LIMIT_MS } = {}) => {
    const fake = await startFakeKyutai({ clock, ...(isLocked && { apiKey: 'another' }) });
    const options = { address: fake.url, clock, random: () => 0, timeoutMs: limitMs };
    return { fake, ...(kind === 'stt' ? hearing(new KyutaiStt(options)) : speaking(new KyutaiTts(options))) };
  },
}));

/** The engines that speak the Wyoming protocol. */
export const WYOMING_ENGINES: readonly RemoteCase<FakeWyoming>[] = (['stt', 'tts'] as const).map((kind) => ({
  name: `wyoming ${kind}`,
  kind,
  start: async (clock, { limitMs = LIMIT_MS } = {}) => {
    const fake = await startFakeWyoming();
    const client = createWyomingClient(fake.url, 'STT_WYOMING_URL', { clock, quietTimeoutMs: limitMs });
    return { fake, ...(kind === 'stt' ? hearing(new WyomingStt(client)) : speaking(new WyomingTts({ client }))) };
  },
}));

function httpEngine(kind: EngineKind, client: ServiceClient): Omit<RemoteEngine<unknown>, 'fake'> {
  if (kind === 'stt') return hearing(new OpenAiStt({ client, model: 'm' }));
  return kind === 'llm'
    ? answering(new OpenAiLlm({ client, model: 'm' }))
    : speaking(new OpenAiTts({ client, model: 'm' }));
}

function hearing(engine: Stt): Omit<RemoteEngine<unknown>, 'fake'> {
  return {
    engine,
    call: (signal, onFirst) => {
      const stream = engine.open({ key: 'test', language: 'en', signal });
      for (let frame = 0; frame < 75; frame++) stream.write(new Int16Array(320).fill(frame));
      stream.end();
      return read(stream.results, onFirst);
    },
  };
}

function answering(engine: Llm): Omit<RemoteEngine<unknown>, 'fake'> {
  const messages = [{ role: 'user', content: 'What time is it?' }] as const;
  return { engine, call: (signal, onFirst) => read(engine.reply(messages, { signal }), onFirst) };
}

function speaking(engine: Tts): Omit<RemoteEngine<unknown>, 'fake'> {
  const options = { voice: 'Charles', language: 'en' };
  const text = 'The kettle is on, and the tea will soon be ready.';
  return { engine, call: (signal, onFirst) => read(engine.speak(once(text), { ...options, signal }), onFirst) };
}

async function read(items: AsyncIterable<unknown>, onFirst: () => void = () => undefined): Promise<void> {
  let isFirst = true;
  for await (const _ of items) {
    if (isFirst) onFirst();
    isFirst = false;
  }
}
