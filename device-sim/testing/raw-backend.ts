import { once } from 'node:events';
import { WebSocket } from 'ws';
import { OggOpusReader } from '#src/audio/ogg/ogg-reader';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';

/** A backend made of nothing but a WebSocket: it says what the test tells it to and keeps what the device sends. */
export class RawBackend {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly binaries: Buffer[] = [];
  closeCode: number | undefined;
  #nextId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binaries.push(data);
      else this.texts.push(data.toString('utf8'));
    });
    socket.on('close', (code) => {
      this.closeCode = code;
    });
    socket.on('error', () => {});
  }

  /** Dials; rejects with what `ws` says when the handshake fails. */
  static async dial(url: string, subprotocols: string[] = ['realtime']): Promise<RawBackend> {
    const socket = new WebSocket(url, subprotocols);
    const backend = new RawBackend(socket);
    await once(socket, 'open');
    return backend;
  }

  /** Sends a JSON message with a well-formed event_id. */
  event(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const id = String(this.#nextId++).padStart(21, '0');
    this.socket.send(JSON.stringify({ type, event_id: `event_${id}`, ...fields }));
  }

  /** The audio of every `input_audio_buffer.append` so far, one entry a message. */
  appended(): Buffer[] {
    return this.texts.flatMap((text) => {
      const json = JSON.parse(text) as { readonly type: string; readonly audio?: string };
      return json.type === 'input_audio_buffer.append' ? [Buffer.from(json.audio ?? '', 'base64')] : [];
    });
  }

  /** Resolves with the close code. */
  async closed(): Promise<number> {
    if (this.closeCode === undefined) await once(this.socket, 'close');
    return this.closeCode ?? 0;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}

/** Decodes messages of Ogg-Opus to 16 kHz. */
export async function decodeOgg(messages: readonly Uint8Array[]): Promise<Int16Array> {
  const decoder = await (await loadOpusCodec()).createDecoder({ sampleRate: 16_000 });
  const samples: number[] = [];
  const reader = new OggOpusReader((packet) => samples.push(...decoder.decode(packet)));
  for (const message of messages) reader.push(message);
  decoder.free();
  return Int16Array.from(samples);
}

/** Waits until something is true; throws after 30 s. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3000; turn++) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come true within 30 s');
}
