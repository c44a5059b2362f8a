import { loadLibopusWasm } from './libopus-wasm.ts';
import type { OpusCodec } from './opus.ts';
import { loadOpusscript } from './opusscript.ts';

/** The libraries that can be chosen. Why the first one is the default: docs/OPUS.md. */
export type OpusCodecName = 'libopus-wasm' | 'opusscript';

/** Loads a library, once a process. Throws DialtoneError `engine_unavailable` when it is not installed. */
export function loadOpusCodec(name: OpusCodecName = 'libopus-wasm'): Promise<OpusCodec> {
  switch (name) {
    case 'libopus-wasm':
      return loadLibopusWasm();
    case 'opusscript':
      return loadOpusscript();
  }
}
