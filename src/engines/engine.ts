import type { DeviceConfig } from '../config/devices-schema.ts';
import type { EngineStatus } from './fallback/health.ts';
import type { Llm } from './llm.ts';
import type { Stt } from './stt.ts';
import type { Tts } from './tts.ts';
import type { SpeechChecker } from './vad.ts';

/** The engines that one device speaks with. */
export interface EngineSet {
  readonly stt: Stt;
  readonly llm: Llm;
  readonly tts: Tts;
}

/** One device's use of engines, from the device's first turn to its last. */
export interface EngineLease {
  /**
   * The engines that the device speaks with from now on. Ask at the beginning of a turn and keep the answer until the turn
   * ends: what changed meanwhile applies from the next turn.
   * @throws DialtoneError `engine_misconfigured` when one of them cannot be made; the lease is as before then
   */
  for(device: DeviceConfig): EngineSet;
  /** The device needs no engines any more. */
  release(): void;
}

/** The engines of all devices: an engine is shared by all devices that use it. */
export interface EngineRegistry {
  /** The engines of the settings: in use until {@link EngineRegistry.close}, whatever the devices use. */
  readonly defaults: EngineSet;
  /** One line for each engine of the settings: which was chosen, and why. */
  readonly reasons: readonly string[];
  /** What the user should know before wondering. */
  readonly warnings: readonly string[];
  /** Asked whether what seems to be speech begins anything, for every device. Default: the VAD of WebRTC decides alone. */
  readonly checker?: SpeechChecker | undefined;
  /** What is known of every engine that is in use. Default: nothing. */
  readonly status?: readonly EngineStatus[];
  /** Begins a device's use of engines. */
  lease(): EngineLease;
  /**
   * Resolves when the engines of the settings can be used, of a list one of them. Rejects with DialtoneError `engine_*` when they
   * cannot.
   */
  ready(): Promise<void>;
  /** Closes every engine. */
  close(): Promise<void>;
}
