import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { engineCall } from '../engine-call.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsOptions, TtsStream } from '../tts.ts';
import type { WyomingClient } from './client.ts';
import { badAnswer, brokenOff, WYOMING } from './errors.ts';
import type { WyomingLink } from './link.ts';
import { SpeechAudio } from './speech-audio.ts';
import { wyomingVoice, wyomingVoiceFor } from './voice-choice.ts';

/** No voice is slower than this; speech that is longer is none. Milliseconds. */
const MAX_MS_PER_CHARACTER = 500;
const MAX_MS_MORE = 10_000;

/** What the engine is made of. */
export interface WyomingTtsOptions {
  /** Its own: it is closed with the engine. */
  readonly client: WyomingClient;
  /** What each voice is to the server. Default: the built-in book. */
  readonly voices?: VoiceBook;
}

/** One call of the engine. */
interface Speaking {
  readonly audio: SpeechAudio;
  /** The pieces that were sent. */
  readonly sent: string[];
  /** The whole text of the current request was sent. */
  isComplete: boolean;
  /** Samples that arrived. */
  count: number;
}

/**
 * Text to speech at a Wyoming server, such as Piper. Passes the audio on as it arrives. A server that takes a text in parts
 * gets all pieces over one connection; any other server gets a connection and a request for each piece.
 */
export class WyomingTts implements Tts {
  readonly id = WYOMING;
  readonly #client: WyomingClient;
  readonly #voices: VoiceBook;

  constructor(options: WyomingTtsOptions) {
    this.#client = options.client;
    this.#voices = options.voices ?? builtInVoices();
  }

  /** Asks the server what it offers; see {@link WyomingClient.ready}. */
  ready(): Promise<void> {
    return this.#client.ready('tts');
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    const streamingText = this.#client.known?.tts?.streams ?? false;
    return engineCall(this.#speak(text, options, streamingText), WYOMING, { streamingText, wordTimings: false });
  }

  voiceFor(voice: string, language: string): string | undefined {
    return wyomingVoiceFor(this.#voices, voice, language, this.#client.known?.tts?.voices);
  }

  /** Asks the server anew what it offers. */
  check(signal: AbortSignal): Promise<void> {
    return this.#client.check('tts', signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async *#speak(text: AsyncIterable<string>, options: TtsOptions, mayStream: boolean): AsyncGenerator<PcmChunk> {
    const { signal, voice: name, language } = options;
    // The wait for text has to end also when the listener leaves.
    const over = new AbortController();
    const abort = () => over.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const pieces = textPieces(text, { signal: over.signal });
    const speaking: Speaking = { audio: new SpeechAudio(), sent: [], isComplete: false, count: 0 };
    try {
      for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
        const service = await this.#client.service('tts', over.signal);
        const voice = wyomingVoice(this.#voices, name, language, service.voices);
        const link = this.#client.open(over.signal, speaking.sent);
        try {
          await link.ready();
          if (mayStream && service.streams) {
            link.send('synthesize-start', { voice });
            void this.#sendAll(link, piece.value, pieces, { voice }, speaking);
            yield* this.#receive(link, speaking, 'synthesize-stopped');
          } else {
            speaking.sent.push(piece.value);
            speaking.isComplete = true;
            link.send('synthesize', { text: piece.value, voice });
            link.limitQuiet(this.#client.quietTimeoutMs);
            yield* this.#receive(link, speaking, 'audio-stop');
          }
        } finally {
          link.close();
        }
      }
    } finally {
      signal.removeEventListener('abort', abort);
      over.abort();
      await pieces.return(undefined);
    }
  }

  /** Sends the pieces as they come. The reader of the answer throws what the text throws. */
  async #sendAll(
    link: WyomingLink,
    first: string,
    more: AsyncIterator<string>,
    voice: Readonly<Record<string, unknown>>,
    speaking: Speaking,
  ): Promise<void> {
    try {
      for (let piece: string | undefined = first; piece !== undefined; ) {
        speaking.sent.push(piece);
        link.send('synthesize-chunk', { text: `${piece} ` });
        const next: IteratorResult<string, unknown> = await more.next();
        piece = next.done ? undefined : next.value;
      }
      // The protocol demands the whole text too, for servers that do not know parts. Piper ignores it here.
      link.send('synthesize', { text: speaking.sent.join(' '), ...voice });
      link.send('synthesize-stop');
      speaking.isComplete = true;
      link.limitQuiet(this.#client.quietTimeoutMs);
    } catch (error) {
      link.fail(error);
    }
  }

  /** The speech up to an event of this type. */
  async *#receive(link: WyomingLink, speaking: Speaking, last: string): AsyncGenerator<PcmChunk> {
    const { audio } = speaking;
    const countBefore = speaking.count;
    for (let isOver = false; !isOver; ) {
      const event = await link.next();
      isOver = event.type === last;
      if (isOver && !speaking.isComplete) throw brokenOff(this.#client.server);
      const samples =
        event.type === 'audio-stop'
          ? audio.stop()
          : event.type === 'audio-start' || event.type === 'audio-chunk'
            ? await audio.take(event)
            : undefined;
      if (!samples || samples.length === 0) continue;
      speaking.count += samples.length;
      const characters = speaking.sent.reduce((sum, text) => sum + text.length, 0);
      const maxMs = characters * MAX_MS_PER_CHARACTER + MAX_MS_MORE;
      if (speaking.count > (audio.sampleRate * maxMs) / 1_000) throw badAnswer('the speech does not end');
      yield { sampleRate: audio.sampleRate, samples };
    }
    if (speaking.count === countBefore) throw badAnswer('the speech is empty');
  }
}
