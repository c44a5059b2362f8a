import type { ErrorCode } from '../core/errors.ts';

/** The kinds of engine. */
export type EngineKind = 'stt' | 'llm' | 'tts';

/** What engines report. Durations are milliseconds. */
export type EngineEvent =
  /** A call of an engine failed. */
  | {
      readonly type: 'engine.error';
      readonly kind: EngineKind;
      readonly engine: string;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** The native host (the child process of native engines) started, became ready or went down. */
  | { readonly type: 'speech_host.state'; readonly state: 'starting' | 'ready' | 'down'; readonly reason?: string };
