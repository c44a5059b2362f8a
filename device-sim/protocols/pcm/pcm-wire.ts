import type { DownlinkListener } from '../../device/reply.ts';
import { RawInput } from '../../speaker/audio-input.ts';
import { asObject, type Json, parseObject } from '../json.ts';
import type { AudioInput, DeviceWire, Downlink } from '../wire.ts';

const SAMPLE_RATE = 16_000;
/** 40 ms at 16 kHz s16: what small WebSocket stacks take reliably. */
const MAX_FRAME_BYTES = 1280;
/** Commands that mean "be silent at once"; the protocol fixes no name. */
const STOP_COMMANDS: ReadonlySet<unknown> = new Set(['stop', 'stop_speaking', 'stop_playback', 'flush']);

/** A device of the TARS kind: raw s16 16 kHz mono in binary messages both ways, `{type,payload}` texts. */
export function createPcmWire(frameMs: 20 | 40): DeviceWire {
  return {
    path: '/ws',
    subprotocol: undefined,
    micFormat: { coding: 'pcm16', sampleRate: SAMPLE_RATE, frameMs },
    framesPerMessage: 1,
    speakerRate: SAMPLE_RATE,
    createUplink: () => ({ messages: (frames) => frames.filter((frame) => frame !== null) }),
    createAudioInput: async (decode) => new RawInput('pcm16', SAMPLE_RATE, decode),
    createDownlink: (input, listener) => new PcmDownlink(input, listener),
    button: (action) => JSON.stringify({ type: 'event', payload: { source: 'button', action } }),
    status: (status) =>
      JSON.stringify({
        type: 'client_status',
        payload: { uptime_ms: status.uptimeMs, heap_free: status.heapFreeBytes, wifi_rssi: status.wifiRssiDbm },
      }),
  };
}

class PcmDownlink implements Downlink {
  readonly #input: AudioInput;
  readonly #listener: DownlinkListener;
  #speaking = false;

  constructor(input: AudioInput, listener: DownlinkListener) {
    this.#input = input;
    this.#listener = listener;
  }

  binary(bytes: Uint8Array): { readonly type: string } {
    this.#listener({ type: 'message', name: 'binary' });
    if (bytes.length > MAX_FRAME_BYTES) this.#fault(`a frame of ${bytes.length} bytes; a small device takes 1280`);
    if (!this.#speaking) this.#fault('audio outside an answer: server_status with speaking true comes first');
    this.#input.push(bytes, this.#listener);
    return { type: 'binary' };
  }

  text(text: string): { readonly type: string; readonly json?: unknown } {
    const json = parseObject(text);
    const payload = asObject(json?.payload);
    const type = typeof json?.type === 'string' && payload ? json.type : 'junk';
    this.#listener({ type: 'message', name: type });
    if (!payload || type === 'junk') {
      this.#fault('a text that is no JSON object with a type and a payload');
      return { type };
    }
    if (type === 'server_status') this.#status(payload);
    if (type === 'server_command') {
      this.#listener({ type: 'command', payload });
      if (STOP_COMMANDS.has(payload.command)) this.#listener({ type: 'interrupted' });
    }
    if (type === 'server_command' && payload.command === 'notice') {
      this.#listener({
        type: 'error',
        code: String(payload.code ?? 'unknown'),
        message: String(payload.message ?? ''),
      });
    }
    return { type, json };
  }

  #status(payload: Json): void {
    if (typeof payload.listening === 'boolean') this.#listener({ type: 'listening', on: payload.listening });
    if (typeof payload.speaking !== 'boolean') {
      this.#fault('server_status without a true or false "speaking"');
      return;
    }
    if (payload.speaking === this.#speaking) return;
    this.#speaking = payload.speaking;
    this.#listener({ type: payload.speaking ? 'reply_started' : 'reply_ended' });
  }

  #fault(text: string): void {
    this.#listener({ type: 'violation', text });
  }
}
