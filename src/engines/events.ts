import type { ErrorCode } from '../core/errors.ts';

/** The kinds of engine. */
export type EngineKind = 'stt' | 'llm' | 'tts';

/** Whether an engine can be used: it can, it fails, or it has no room for more. */
export type EngineState = 'up' | 'down' | 'full';

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
  /**
   * An engine can be used (again), is down, or has no room for more. While it is not up, another engine of the same list does
   * its work, if there is one; without silero (`vad`), the VAD of WebRTC decides alone. Nothing is reported of an engine that never
   * failed.
   */
  | {
      readonly type: 'engine.state';
      readonly kind: EngineKind | 'vad';
      readonly engine: string;
      readonly state: EngineState;
      /** Why it is not up, in words. */
      readonly reason?: string;
    }
  /** A native host (a child process of native engines) started, became ready or went down. */
  | {
      readonly type: 'speech_host.state';
      /** Which one, from 1. */
      readonly host: number;
      readonly state: 'starting' | 'ready' | 'down';
      readonly reason?: string;
    };
