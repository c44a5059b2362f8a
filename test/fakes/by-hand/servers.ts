import { type FakeGroq, startFakeGroq } from '../fake-groq.ts';
import { type FakeKyutai, startFakeKyutai } from '../fake-kyutai.ts';
import { type FakeWyoming, startFakeWyoming } from '../fake-wyoming.ts';
import { answered, heard, toneFrame } from './answers.ts';
import type { OrderedFault } from './faults.ts';
import { listener } from './listener.ts';
import type { ServerName } from './options.ts';

/** The name of the only model. */
const MODEL = 'fake';

/** The servers that run. */
export interface Servers {
  /** The address of each, as settings want it. */
  readonly urls: ReadonlyMap<ServerName, string>;
  /** Something goes wrong from the next request. A fault of a server that does not run is ignored. */
  fail(fault: OrderedFault): void;
  /** The faults of these servers are over. Default: of all. */
  heal(server?: OrderedFault['server']): void;
  close(): Promise<void>;
}

interface Running {
  readonly openai: FakeGroq[];
  readonly kyutai: FakeKyutai[];
  readonly wyoming: FakeWyoming[];
}

/**
 * Starts servers that answer sensibly.
 * @param ports of those that are wanted
 * @param onWork a line for what was recognised, answered or spoken
 * @throws what the system says, EADDRINUSE for one; those that run already are closed then
 */
export async function startServers(
  ports: ReadonlyMap<ServerName, number>,
  onWork: (line: string) => void,
): Promise<Servers> {
  const running: Running = { openai: [], kyutai: [], wyoming: [] };
  const urls = new Map<ServerName, string>();
  const close = async () => {
    await Promise.all(
      Object.values(running)
        .flat()
        .map((server) => server.close()),
    );
  };
  try {
    for (const [name, port] of ports) urls.set(name, await start(name, port, running, onWork));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    urls,
    fail: (order) => {
      if (order.server === 'openai') for (const one of running.openai) one.fail(order.kind, order.fault, order.times);
      else if (order.server === 'kyutai')
        for (const one of running.kyutai) one.fail(order.kind, order.fault, order.times);
      else for (const one of running.wyoming) one.fail(order.kind, order.fault, order.times);
    },
    heal: (server) => {
      const healed = server === undefined ? Object.values(running).flat() : running[server];
      for (const one of healed) one.heal();
    },
    close,
  };
}

async function start(
  name: ServerName,
  port: number,
  running: Running,
  onWork: (line: string) => void,
): Promise<string> {
  const transcript = (samples: Int16Array) => {
    const text = heard(samples);
    onWork(`${name} recognised: ${text}`);
    return text;
  };
  if (name === 'openai') {
    const server = await startFakeGroq({
      port,
      anyKey: true,
      voices: null,
      basePath: '/v1',
      models: [{ id: MODEL }],
      transcript,
      reply: (chat) => {
        const text = answered(chat);
        onWork(`${name} answered: ${text}`);
        return text;
      },
    });
    running.openai.push(server);
    return `${server.url}/v1`;
  }
  if (name === 'kyutai-stt' || name === 'kyutai-tts') {
    const server = await startFakeKyutai({ port, listener, sound: toneFrame });
    running.kyutai.push(server);
    return server.url;
  }
  const isStt = name === 'wyoming-stt';
  const server = await startFakeWyoming(isStt ? { port, tts: null, transcript } : { port, asr: null });
  running.wyoming.push(server);
  return server.url;
}
