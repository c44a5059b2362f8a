/** The part of `sherpa-onnx-node` 1.13.8 (CommonJS: default import only) that dialtone uses. The package has no types. */
declare module 'sherpa-onnx-node' {
  export interface OnlineStream {
    /** Mono, -1 to 1, copied. Must be a Float32Array, and always of the same rate: anything else ends the process. */
    acceptWaveform(audio: { readonly sampleRate: number; readonly samples: Float32Array }): void;
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

  /** A key that is 0 means "the default", a wrong one is ignored, and a bad model ends the process. */
  export interface OnlineRecognizerConfig {
    readonly featConfig: { readonly sampleRate: number; readonly featureDim: number };
    readonly modelConfig: {
      readonly nemoCtc: { readonly model: string };
      readonly tokens: string;
      readonly numThreads: number;
      readonly provider: 'cpu';
      readonly debug: 0 | 1;
    };
    readonly decodingMethod: 'greedy_search';
    readonly enableEndpoint: 0 | 1;
    readonly rule1MinTrailingSilence: number;
    readonly rule2MinTrailingSilence: number;
    readonly rule3MinUtteranceLength: number;
  }

  const sherpa: {
    readonly version: string;
    readonly OnlineRecognizer: new (config: OnlineRecognizerConfig) => OnlineRecognizer;
  };
  export default sherpa;
}
