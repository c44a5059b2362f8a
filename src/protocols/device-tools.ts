/** A function of a device, as it describes it. */
export interface DeviceTool {
  /** As the device names it: `self.audio_speaker.set_volume`. Unique on the device. */
  readonly name: string;
  /** What it does, for the language model. May be empty. */
  readonly description: string;
  /** JSON Schema of the arguments: an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** `user`: only its owner may call it, never the language model: a reboot, say. */
  readonly audience: 'model' | 'user';
}

/** What a device's function gave back. */
export interface DeviceToolResult {
  /** In its order. Text from a device: not to be trusted. */
  readonly content: readonly DeviceToolContent[];
  /** The device says that it could not do it; `content` says why. */
  readonly isError: boolean;
}

/** A part of a result. */
export type DeviceToolContent =
  | { readonly type: 'text'; readonly text: string }
  /** A picture; `data` is base64. */
  | { readonly type: 'image'; readonly data: string; readonly mimeType: string };

/** The largest set, bytes: 90 pictures of 160 by 120 points are 3.5 MB. */
export const MAX_AVATAR_BYTES = 4 * 1024 * 1024;

/** How long a device may take to show a set, seconds: as the stackchan gateway (0.9.1) takes it. */
export const AVATAR_SECONDS = { least: 5, usual: 60, most: 300 } as const;

/** The pictures of a face, as a stackchan robot keeps them. */
export interface AvatarSet {
  readonly bytes: Uint8Array;
  /** Parts of a face that are laid over each other, or a whole picture for each combination of them. */
  readonly mode: 'layered' | 'matrix';
  /** How long the device may take to fetch, check and show it, milliseconds. */
  readonly withinMs: number;
}

/** The functions of one connected device. */
export interface DeviceTools {
  /** What the device has told so far; empty until it has. */
  list(): readonly DeviceTool[];
  /**
   * Calls one. Calls that would disturb one another (of one servo, say) wait for each other.
   * @throws DialtoneError `tool_unknown`, `tool_bad_arguments`, `tool_timeout`, `tool_failed` (with the device's words), `link_lost`;
   *   the reason of `signal`
   */
  call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<DeviceToolResult>;
  /**
   * Has the device show another face; undefined: it cannot. Resolves when it does. Calls wait for each other.
   * @throws DialtoneError `tool_timeout`, `tool_failed` (with the device's words), `link_lost`, `downloads_full`
   */
  readonly loadAvatarSet?: ((set: AvatarSet) => Promise<void>) | undefined;
}
