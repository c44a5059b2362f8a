import { Socket } from 'node:net';
import { HEARING_RATE } from '../../audio/rates.ts';
import { FrameWriter } from './frame-writer.ts';
import { HOST_PIPE_FD, type HostConfig, type HostFatal } from './host-config.ts';
import { BatchRecogniser } from './sherpa-streaming.ts';
import { FrameParser, FrameType } from './wire.ts';

/** Speakers do not come in step: a little patience makes their steps one batch. A lone speaker never waits. */
const TURN_GAP_MS = 10;

/**
 * The program of the native host: recognises what comes over the pipe until the pipe closes. Native code may end it at
 * any time; nothing is lost but the utterances in flight.
 */
const pipe = new Socket({ fd: HOST_PIPE_FD, readable: true, writable: true });
const writer = new FrameWriter();
writer.attach(pipe);

// The pipe's end is the only signal to stop: Ctrl-C reaches the whole process group, and turns are still being finished.
process.on('SIGINT', () => {});
pipe.on('end', () => process.exit(0));
pipe.on('close', () => process.exit(0));
pipe.on('error', () => process.exit(0));

const recogniser = await load(JSON.parse(process.argv[2] ?? '{}') as HostConfig);
if (recogniser) {
  serve(recogniser);
  writer.write(FrameType.ready, 0);
}

async function load(config: HostConfig): Promise<BatchRecogniser | undefined> {
  const sherpa = await import('sherpa-onnx-node').then(
    (module) => module.default,
    (error: unknown) => giveUp({ code: 'engine_unavailable', message: String(error) }),
  );
  if (!sherpa) return undefined;
  try {
    const online = new sherpa.OnlineRecognizer({
      featConfig: { sampleRate: HEARING_RATE, featureDim: 80 },
      modelConfig: {
        nemoCtc: { model: config.model },
        tokens: config.tokens,
        numThreads: config.numThreads,
        provider: 'cpu',
        debug: 0,
      },
      decodingMethod: 'greedy_search',
      enableEndpoint: 1,
      rule1MinTrailingSilence: 2.4,
      rule2MinTrailingSilence: 0.8,
      rule3MinUtteranceLength: 30,
    });
    const loaded = new BatchRecogniser(online, { partial, final });
    loaded.warmUp();
    return loaded;
  } catch (error) {
    return giveUp({ code: 'engine_misconfigured', message: String(error) });
  }
}

function serve(recogniser: BatchRecogniser): void {
  const parser = new FrameParser();
  let scheduled = false;
  let lastTurnMs = Number.NEGATIVE_INFINITY;
  const turn = (): void => {
    scheduled = false;
    lastTurnMs = performance.now();
    recogniser.turn();
    // All that this turn brought leaves in one write.
    writer.flush();
  };
  pipe.on('data', (bytes: Buffer) => {
    parser.push(bytes, (type, stream, payload) => {
      if (type === FrameType.audio) recogniser.audio(stream, payload);
      else if (type === FrameType.open) recogniser.open(stream);
      else if (type === FrameType.end) recogniser.end(stream);
      else if (type === FrameType.cancel) recogniser.cancel(stream);
      else if (type === FrameType.ping) writer.write(FrameType.pong, 0);
    });
    if (scheduled || !recogniser.busy) return;
    scheduled = true;
    const waitMs = lastTurnMs + TURN_GAP_MS - performance.now();
    if (waitMs > 0) setTimeout(turn, waitMs);
    else setImmediate(turn);
  });
}

function partial(stream: number, text: string, endpoint: boolean): void {
  writer.write(FrameType.partial, stream, Buffer.from(`${endpoint ? '\u0001' : '\u0000'}${text}`));
}

function final(stream: number, text: string): void {
  writer.write(FrameType.final, stream, Buffer.from(text));
}

function giveUp(why: HostFatal): undefined {
  writer.write(FrameType.fatal, 0, Buffer.from(JSON.stringify(why)));
  writer.flush();
  pipe.end(() => process.exit(1));
  return undefined;
}
