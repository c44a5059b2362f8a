/** The part of `@echogarden/fvad-wasm` (libfvad in WebAssembly, emscripten) that dialtone uses. The package has no types. */
declare module '@echogarden/fvad-wasm' {
  interface FvadModule {
    /** Replaced whenever the heap grows: read it anew for every call. */
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    /** A handle, or 0 when there is no memory. */
    _fvad_new(): number;
    _fvad_free(handle: number): void;
    /** Also sets mode 0 and 8 kHz again. */
    _fvad_reset(handle: number): void;
    /** 0 to 3; -1 when it is not one of them. */
    _fvad_set_mode(handle: number, mode: number): number;
    _fvad_set_sample_rate(handle: number, hertz: number): number;
    /** 1 speech, 0 none, -1 wrong frame length. */
    _fvad_process(handle: number, frame: number, samples: number): number;
  }

  export default function createFvadModule(): Promise<FvadModule>;
}
