import type { ErrorCode } from '../../core/errors.ts';

/** How the host works with a model: step by step while the user speaks, on whole utterances, as a voice, or to tell speech from noise. */
export type ModelUse = 'streaming' | 'offline' | 'tts' | 'detector';

/** What the native host loads. */
export interface ModelSpec {
  readonly use: ModelUse;
  /** The name that sherpa-onnx has for the kind of model in its configuration: `nemoCtc`, `whisper`, `vits` … */
  readonly kind: string;
  /** Its files by the names that sherpa-onnx has for them (`encoder`, `dataDir` …), and options of the kind. */
  readonly group: Readonly<Record<string, string | number>>;
  /** Path of its tokens.txt; empty for a detector, which has none. */
  readonly tokens: string;
  /** Where the kind alone does not say how the model is run: `nemo_transducer`. */
  readonly modelType?: string;
  /** Rules that write numbers and dates as words, paths with commas between them; voices only. */
  readonly ruleFsts?: string;
  readonly ruleFars?: string;
  /** Languages that it can be told to hear, as Whisper calls them; otherwise it finds out. Undefined: it cannot be told. */
  readonly languages?: readonly string[];
  /** Languages that a voice speaks, without region, and the first speaker of each; undefined: it does not say. */
  readonly speakers?: Readonly<Record<string, number>>;
  /** A model that is told its language when it is loaded may be there so many times. Default: once. */
  readonly maxCopies?: number;
  readonly numThreads: number;
  /** Offline jobs and sentences that may wait, sounds that are listened to at once; one more is refused. */
  readonly maxWaiting: number;
  /** Longest utterance that is recognised, seconds; offline models only. */
  readonly maxSeconds?: number;
}

/** What is known of a model once it is loaded; zeros where it is no voice. */
export interface ModelInfo {
  /** Hz of its speech. */
  readonly sampleRate: number;
  readonly speakers: number;
}

/** A sentence for a voice. */
export interface SpeechJob {
  readonly text: string;
  /** Number of the speaker in the model; one that it has not is taken for 0. */
  readonly speaker: number;
  /** 1 is the pace of the model. */
  readonly speed: number;
}

/** Why the host, a model or a job cannot work, as the host says so itself. */
export interface HostFailure {
  readonly code: Extract<
    ErrorCode,
    'engine_unavailable' | 'engine_misconfigured' | 'engine_overloaded' | 'engine_bad_answer'
  >;
  readonly message: string;
}

/** The file descriptor of the pipe between the process and its native host. */
export const HOST_PIPE_FD = 3;
