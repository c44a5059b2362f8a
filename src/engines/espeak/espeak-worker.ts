import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { EspeakSynthesizer } from '@echogarden/espeak-ng-emscripten';
import type { EspeakReply, EspeakRequest } from './espeak-messages.ts';

/** The worker thread in which espeak runs: its calls are synchronous and take 10 to 200 ms. */
if (!parentPort) throw new Error('espeak-worker is started by EspeakChild as a worker thread');
const port: MessagePort = parentPort;

let voice: string | undefined;
const espeak = await load();
if (espeak) {
  // The first sentences of each language compile code and cost 200 ms and more: better now than in a user's turn.
  for (const name of ['fr', 'en-us']) {
    espeak.set_voice(name);
    espeak.synthesize('The quick brown fox jumps over the lazy dog, is it not so? Yes!', () => false);
    voice = name;
  }
  port.on('message', (request: EspeakRequest) => {
    if (request.type === 'speak') speak(espeak, request);
  });
  reply({ type: 'ready', sampleRate: espeak.get_samplerate() });
}

async function load(): Promise<EspeakSynthesizer | undefined> {
  try {
    const { default: init } = await import('@echogarden/espeak-ng-emscripten');
    const { eSpeakNGWorker: Synthesizer } = await init();
    return new Synthesizer();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    reply({ type: 'failed', missing, message: String(error) });
    return undefined;
  }
}

function speak(synthesizer: EspeakSynthesizer, request: EspeakRequest & { type: 'speak' }): void {
  const { id } = request;
  chooseVoice(synthesizer, request.voices);
  synthesizer.set_rate(request.rate);
  synthesizer.set_pitch(request.pitch);
  synthesizer.synthesize(request.text, (audio, events) => {
    const words = events
      .filter((event) => event.type === 'word')
      .map((event) => ({ position: event.text_position, atMs: event.audio_position }));
    const samples = audio ?? new Int16Array(0);
    if (samples.length > 0 || words.length > 0) reply({ type: 'audio', id, samples, words }, [samples.buffer]);
    return stopped(id);
  });
  reply({ type: 'done', id });
}

/** Looks into the mail in the middle of a synchronous call. Nothing else can have come: one unit at a time is asked for. */
function stopped(id: number): boolean {
  for (let mail = receiveMessageOnPort(port); mail; mail = receiveMessageOnPort(port)) {
    const request = mail.message as EspeakRequest;
    if (request.type === 'stop' && request.id === id) return true;
  }
  return false;
}

/** Setting a voice costs 2 ms. One that does not exist leaves the one before. */
function chooseVoice(synthesizer: EspeakSynthesizer, names: readonly string[]): void {
  if (voice === names[0]) return;
  voice = names.find((name) => synthesizer.set_voice(name) === 0);
}

function reply(message: EspeakReply, transfer: ArrayBufferLike[] = []): void {
  port.postMessage(message, transfer as ArrayBuffer[]);
}
