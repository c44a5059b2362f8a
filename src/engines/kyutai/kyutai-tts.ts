import { floatToInt16 } from '../../audio/pcm.ts';
import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { defaultVoice } from '../../config/voices/voice-names.ts';
import type { Clock, Random } from '../../core/clock.ts';
import type { Secret } from '../../core/secret.ts';
import { engineCall } from '../engine-call.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import { KYUTAI_RATE } from './audio-frames.ts';
import { badMessage, brokenOff, KYUTAI } from './kyutai-error.ts';
import { kyutaiVoice } from './kyutai-voices.ts';
import type { KyutaiLink, LinkLimits } from './link.ts';
import { decodeTts, encodeCommand, type TtsMessage } from './messages.ts';
import { checkLink, openLink } from './open-link.ts';
import { type KyutaiServer, kyutaiServer } from './server.ts';
import { spokenWords, WordPlaces } from './spoken-words.ts';

/** How long connecting and the first message may take, milliseconds. */
const READY_MS = 5_000;

/** How closely the voice follows its sample: the value of Unmute. */
const CFG_ALPHA = '1.5';

/** No voice is slower than this; a stream that runs longer is not speech. Milliseconds. */
const MAX_MS_PER_CHARACTER = 500;
const MAX_MS_MORE = 10_000;

const CAPABILITIES: TtsCapabilities = { streamingText: true, wordTimings: true };

/** What the voice is made of. */
export interface KyutaiTtsOptions {
  /** Address of the server, http(s) or ws(s). */
  readonly address: string;
  /** Default: the key that servers of Unmute take. */
  readonly apiKey?: Secret | undefined;
  /** What each voice is to the server. Default: the built-in book. */
  readonly voices?: VoiceBook;
  readonly clock: Clock;
  readonly random: Random;
  /** How long the server may take for its first audio once it has all text, and for each piece after it, milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
}

/** What has been sent of a text. */
interface Sending {
  characters: number;
  isComplete: boolean;
}

/**
 * Speech by a Kyutai server (moshi-server), mono 24 kHz: it begins to speak while the text is still being written. English and
 * French. Each call has a link of its own, opened with its first text: no channel is held while a language model thinks.
 */
export class KyutaiTts implements Tts {
  readonly id = KYUTAI;
  readonly #options: KyutaiTtsOptions;
  readonly #limits: LinkLimits;
  readonly #voices: VoiceBook;
  readonly #closing = new AbortController();

  constructor(options: KyutaiTtsOptions) {
    this.#options = options;
    this.#limits = { readyMs: READY_MS, nextMs: options.timeoutMs ?? 10_000 };
    this.#voices = options.voices ?? builtInVoices();
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), KYUTAI, CAPABILITIES);
  }

  /** Opens a link to the server and closes it: that also proves that it has a free channel. */
  check(signal: AbortSignal): Promise<void> {
    const { apiKey, clock } = this.#options;
    const server = this.#server(defaultVoice(this.#voices.names));
    return checkLink({ server, apiKey, clock, limits: this.#limits, decode: decodeTts, signal });
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The engine was closed.', 'AbortError'));
  }

  async *#speak(text: AsyncIterable<string>, { voice, signal }: TtsOptions): AsyncGenerator<PcmChunk> {
    const left = new AbortController();
    const all = AbortSignal.any([signal, this.#closing.signal, left.signal]);
    const pieces = textPieces(text, { signal: all });
    try {
      const first = await pieces.next();
      if (first.done) return;
      const server = this.#server(voice);
      const link = await this.#connect(server, all);
      const sending: Sending = { characters: 0, isComplete: false };
      // An error of the text ends the messages too, and is thrown there.
      sendText(link, first.value, pieces, sending).catch((error: unknown) => link.fail(error));
      for await (const chunk of audioOf(link, server, sending)) {
        // What has come already is not spoken any more.
        all.throwIfAborted();
        yield chunk;
      }
    } finally {
      // Also when the caller stops reading: the link is closed and the text is no longer waited for.
      left.abort();
      pieces.return(undefined).catch(() => undefined);
    }
  }

  #server(voice: string): KyutaiServer {
    const server = kyutaiServer(this.#options.address, '/api/tts_streaming', 'KYUTAI_TTS_URL');
    server.url.searchParams.set('format', 'PcmMessagePack');
    server.url.searchParams.set('voice', kyutaiVoice(this.#voices, voice));
    server.url.searchParams.set('cfg_alpha', CFG_ALPHA);
    return server;
  }

  #connect(server: KyutaiServer, signal: AbortSignal): Promise<KyutaiLink<TtsMessage>> {
    const { apiKey, clock, random } = this.#options;
    return openLink({ server, apiKey, clock, limits: this.#limits, decode: decodeTts, signal }, random);
  }
}

/** Sends the words of a text as they come, and its end. Throws what the text throws. */
async function sendText(
  link: KyutaiLink<TtsMessage>,
  first: string,
  others: AsyncIterable<string>,
  sending: Sending,
): Promise<void> {
  const send = (piece: string) => {
    sending.characters += piece.length;
    for (const text of spokenWords(piece)) link.send(encodeCommand({ type: 'Text', text }));
  };
  send(first);
  for await (const piece of others) send(piece);
  sending.isComplete = true;
  link.send(encodeCommand({ type: 'Eos' }));
  // Before the end the server may wait for more words; from now on it owes us audio.
  link.expect();
}

/** The audio that comes, each word with the audio in which it begins, or behind it when it is named late. */
async function* audioOf(
  link: KyutaiLink<TtsMessage>,
  server: KyutaiServer,
  sending: Sending,
): AsyncGenerator<PcmChunk> {
  const places = new WordPlaces();
  let count = 0;
  for await (const message of link.messages) {
    if (message.type === 'Text') places.named(message.text, message.start_s);
    if (message.type !== 'Audio') continue;
    const samples = floatToInt16(Float32Array.from(message.pcm));
    count += samples.length;
    const maxMs = sending.characters * MAX_MS_PER_CHARACTER + MAX_MS_MORE;
    if (count > (KYUTAI_RATE * maxMs) / 1_000) throw badMessage(server, 'the speech does not end');
    yield chunkOf(samples, places.before(count));
  }
  if (!sending.isComplete) throw brokenOff(server);
  if (count === 0) throw badMessage(server, 'the speech is empty');
  const rest = places.rest(count);
  if (rest.length > 0) yield chunkOf(new Int16Array(0), rest);
}

function chunkOf(samples: Int16Array, words: NonNullable<PcmChunk['words']>): PcmChunk {
  return { sampleRate: KYUTAI_RATE, samples, ...(words.length > 0 && { words }) };
}
