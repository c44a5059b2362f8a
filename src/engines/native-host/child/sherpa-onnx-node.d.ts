/** The part of `sherpa-onnx-node` 1.13.8 (CommonJS: default import only) that dialtone uses. The package has no types. */
declare module 'sherpa-onnx-node' {
  /** Mono, -1 to 1, copied. Must be a Float32Array, and always of the same rate: anything else ends the process. */
  interface Waveform {
    readonly sampleRate: number;
    readonly samples: Float32Array;
  }

  export interface OnlineStream {
    acceptWaveform(audio: Waveform): void;
    inputFinished(): void;
  }

  export interface OnlineRecognizer {
    createStream(): OnlineStream;
    isReady(stream: OnlineStream): boolean;
    /** Every one of them must be ready: one that is not ends the process. */
    decodeStreams(streams: readonly OnlineStream[]): void;
    getResult(stream: OnlineStream): { readonly text: string };
    isEndpoint(stream: OnlineStream): boolean;
    reset(stream: OnlineStream): void;
  }

  export interface OfflineStream {
    /** Once, with the whole utterance: computes all its features. */
    acceptWaveform(audio: Waveform): void;
  }

  export interface OfflineRecognizer {
    createStream(): OfflineStream;
    /**
     * Other settings for the utterances that are decoded from now on. With models other than Whisper it also resets how the features
     * of new streams are made.
     */
    setConfig(config: OfflineRecognizerConfig): void;
    /** Off the event loop. */
    decodeAsync(stream: OfflineStream): Promise<{ readonly text: string }>;
  }

  /** What to say. */
  export interface SpeechRequest {
    readonly text: string;
    readonly sid: number;
    readonly speed: number;
    /** False: buffers that can be moved. */
    readonly enableExternalBuffer: false;
    /** Takes a sentence as soon as it is made; false stops before the next one. The samples are good during the call only. */
    readonly onProgress: (progress: { readonly samples: Float32Array }) => boolean;
  }

  export interface OfflineTts {
    readonly sampleRate: number;
    readonly numSpeakers: number;
    /** Off the event loop. */
    generateAsync(request: SpeechRequest): Promise<{ readonly samples: Float32Array }>;
  }

  /** A model that is not there gives a detector that hears no speech. */
  export interface Vad {
    /** Any length; what is left of a window of 512 waits for the next call. */
    acceptWaveform(samples: Float32Array): void;
    /** Whether the last of it is speech. */
    isDetected(): boolean;
    /** Whether no speech is kept that could be fetched. */
    isEmpty(): boolean;
    /** Forgets the speech that is kept. */
    clear(): void;
    /** Forgets everything that was heard. */
    reset(): void;
  }

  /** Durations are seconds. */
  export interface VadConfig {
    readonly sileroVad: {
      readonly model: string;
      readonly threshold: number;
      readonly minSilenceDuration: number;
      readonly minSpeechDuration: number;
      readonly windowSize: 512;
      readonly maxSpeechDuration: number;
    };
    readonly sampleRate: number;
    readonly numThreads: number;
    readonly provider: 'cpu';
    readonly debug: 0 | 1;
  }

  /** A key that is 0 means "the default", a wrong one is ignored, and a bad model ends the process. */
  interface RecognizerModelConfig {
    /** The group of one kind of model, by the name of the kind. */
    readonly [kind: string]: Readonly<Record<string, string | number>> | string | number;
    readonly tokens: string;
    readonly numThreads: number;
    readonly provider: 'cpu';
    readonly debug: 0 | 1;
  }

  interface FeatureConfig {
    readonly sampleRate: number;
    readonly featureDim: number;
  }

  export interface OnlineRecognizerConfig {
    readonly featConfig: FeatureConfig;
    readonly modelConfig: RecognizerModelConfig;
    readonly decodingMethod: 'greedy_search';
    readonly enableEndpoint: 0 | 1;
    readonly rule1MinTrailingSilence: number;
    readonly rule2MinTrailingSilence: number;
    readonly rule3MinUtteranceLength: number;
  }

  export interface OfflineRecognizerConfig {
    readonly featConfig: FeatureConfig;
    readonly modelConfig: RecognizerModelConfig;
    readonly decodingMethod: 'greedy_search';
  }

  export interface OfflineTtsConfig {
    readonly model: {
      readonly [kind: string]: Readonly<Record<string, string | number>> | string | number;
      readonly numThreads: number;
      readonly provider: 'cpu';
      readonly debug: 0 | 1;
    };
    readonly maxNumSentences: number;
    readonly ruleFsts?: string;
    readonly ruleFars?: string;
  }

  const sherpa: {
    readonly version: string;
    readonly OnlineRecognizer: new (config: OnlineRecognizerConfig) => OnlineRecognizer;
    readonly OfflineRecognizer: { createAsync(config: OfflineRecognizerConfig): Promise<OfflineRecognizer> };
    readonly Vad: new (config: VadConfig, keptSeconds: number) => Vad;
    readonly OfflineTts: { createAsync(config: OfflineTtsConfig): Promise<OfflineTts> };
  };
  export default sherpa;
}
