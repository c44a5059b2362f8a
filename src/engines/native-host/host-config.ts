import type { ErrorCode } from '../../core/errors.ts';

/** What the native host is started with: its first argument, as JSON. */
export interface HostConfig {
  /** Path of a streaming NeMo CTC model (ONNX). */
  readonly model: string;
  /** Path of its tokens.txt. */
  readonly tokens: string;
  readonly numThreads: number;
}

/** Why the native host cannot work, as it says so itself. */
export interface HostFatal {
  readonly code: Extract<ErrorCode, 'engine_unavailable' | 'engine_misconfigured'>;
  readonly message: string;
}

/** The file descriptor of the pipe between the process and its native host. */
export const HOST_PIPE_FD = 3;
