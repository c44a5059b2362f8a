import { Socket } from 'node:net';
import { FrameWriter } from '../frame-writer.ts';
import { HOST_PIPE_FD, type HostFailure, type ModelSpec, type SpeechJob } from '../host-config.ts';
import { FrameParser, FrameType } from '../wire.ts';
import { HostOutput } from './host-output.ts';
import { type HostedModel, loadModel } from './load-model.ts';
import { BatchRecogniser } from './sherpa-streaming.ts';
import { Voice } from './sherpa-voice.ts';

/** Speakers do not come in step: a little patience makes their steps one batch. A lone speaker never waits. */
const TURN_GAP_MS = 10;
const MEGABYTE = 1024 * 1024;

/**
 * The program of the native host: loads models, recognises and says what comes over the pipe until the pipe closes. Native
 * code may end it at any time; nothing is lost but the utterances and sentences in flight.
 */
const pipe = new Socket({ fd: HOST_PIPE_FD, readable: true, writable: true });
const writer = new FrameWriter();
writer.attach(pipe);

// The pipe's end is the only signal to stop: Ctrl-C reaches the whole process group, and turns are still being finished.
process.on('SIGINT', () => {});
pipe.on('end', () => process.exit(0));
pipe.on('close', () => process.exit(0));
pipe.on('error', () => process.exit(0));

/** Models by their slots, and whose utterance or sentence each is. */
const models = new Map<number, HostedModel>();
const users = new Map<number, HostedModel>();
const output = new HostOutput(writer, (id) => users.delete(id));
let loading: Promise<void> = Promise.resolve();
let scheduled = false;
let lastTurnMs = Number.NEGATIVE_INFINITY;

const sherpa = await import('sherpa-onnx-node').then(
  (module) => module.default,
  (error: unknown) => giveUp({ code: 'engine_unavailable', message: String(error) }),
);
if (sherpa) {
  const load = loader(sherpa);
  const parser = new FrameParser();
  pipe.on('data', (bytes: Buffer) => {
    parser.push(bytes, (type, id, payload) => receive(load, type, id, payload));
    schedule();
  });
}

type Load = (slot: number, spec: ModelSpec) => void;

/** One after another: if the process ends, it is known which model did that. */
function loader(addon: NonNullable<typeof sherpa>): Load {
  return (slot, spec) => {
    loading = loading.then(async () => {
      try {
        const { model, info } = await loadModel(addon, spec, output);
        models.set(slot, model);
        writer.write(FrameType.loaded, slot, json(info));
      } catch (error) {
        writer.write(FrameType.not_loaded, slot, json({ code: 'engine_misconfigured', message: String(error) }));
      }
    });
  };
}

function receive(load: Load, type: number, id: number, payload: Buffer): void {
  const user = users.get(id);
  if (type === FrameType.audio) {
    if (user && !(user instanceof Voice)) user.audio(id, payload);
  } else if (type === FrameType.open) {
    const model = models.get(payload.readUInt32LE());
    if (!model || model instanceof Voice) return;
    users.set(id, model);
    model.open(id, payload.toString('utf8', 4) || undefined);
  } else if (type === FrameType.end) {
    if (user && !(user instanceof Voice)) user.end(id);
  } else if (type === FrameType.cancel) {
    users.delete(id);
    user?.cancel(id);
  } else if (type === FrameType.say) {
    const model = models.get(payload.readUInt32LE());
    if (!(model instanceof Voice)) return;
    users.set(id, model);
    model.say(id, JSON.parse(payload.toString('utf8', 4)) as SpeechJob);
  } else if (type === FrameType.ping) {
    const megabytes = Buffer.alloc(4);
    megabytes.writeUInt32LE(Math.round(process.memoryUsage.rss() / MEGABYTE));
    writer.write(FrameType.pong, 0, megabytes);
  } else if (type === FrameType.load) load(id, JSON.parse(payload.toString('utf8')) as ModelSpec);
  else if (type === FrameType.unload) loading = loading.then(() => void models.delete(id));
}

function schedule(): void {
  if (scheduled || busy().length === 0) return;
  scheduled = true;
  const waitMs = lastTurnMs + TURN_GAP_MS - performance.now();
  if (waitMs > 0) setTimeout(turn, waitMs);
  else setImmediate(turn);
}

function turn(): void {
  scheduled = false;
  lastTurnMs = performance.now();
  for (const model of busy()) model.turn();
  // All that this turn brought leaves in one write.
  writer.flush();
}

function busy(): BatchRecogniser[] {
  return [...models.values()].filter((model) => model instanceof BatchRecogniser && model.busy) as BatchRecogniser[];
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function giveUp(why: HostFailure): undefined {
  writer.write(FrameType.fatal, 0, json(why));
  writer.flush();
  pipe.end(() => process.exit(1));
  return undefined;
}
