import { spawnSync } from 'node:child_process';
import { needs } from '../needs.ts';

/** The encoder and decoder of the Debian package opus-tools: written by others, and strict. */
const TOOLS = ['opusenc', 'opusdec'] as const;

/** Whether opus-tools is installed. Says so, by these words, where it is not. */
export function hasOpusTools(tests: string): boolean {
  const isThere = TOOLS.every((tool) => !spawnSync(tool, ['--version']).error);
  return needs(isThere, 'opusenc or opusdec (Debian: opus-tools)', tests);
}

/** Mono s16 as an Ogg-Opus file. @param options of opusenc, as in `--bitrate 96` */
export function opusenc(samples: Int16Array, sampleRate: number, options: readonly string[] = []): Buffer {
  const input = ['--raw', '--raw-rate', String(sampleRate), '--raw-chan', '1'];
  return run('opusenc', ['--quiet', ...input, ...options, '-', '-'], bytesOf(samples));
}

/** An Ogg-Opus stream as mono s16. */
export function opusdec(stream: Uint8Array, sampleRate: number): Int16Array {
  const bytes = run('opusdec', ['--quiet', '--no-dither', '--rate', String(sampleRate), '-', '-'], stream);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function run(tool: (typeof TOOLS)[number], args: readonly string[], input: Uint8Array): Buffer {
  const { stdout, stderr, status, error } = spawnSync(tool, args, { input, maxBuffer: 2 ** 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')} failed: ${stderr.toString('utf8')}`);
  return stdout;
}

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
