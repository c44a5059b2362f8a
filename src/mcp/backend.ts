/** A running backend over its REST API, in this process or elsewhere. Every method throws an Error whose message says what to do. */
export interface Backend {
  get(path: string): Promise<unknown>;
  /** Waits for as long as the backend takes: until a device has spoken, say. @param signal the caller no longer wants the answer */
  post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
  /** The same with a file as the body. */
  upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
}

/** What happens in the backend, as GET /v1/events tells it. */
export interface BackendEvent {
  readonly type?: string | undefined;
  readonly device?: unknown;
  readonly [field: string]: unknown;
}

/** Address of a route about one device, whatever it is called. */
export function devicePath(device: string, route = ''): string {
  return `/v1/devices/by-name/${encodeURIComponent(device)}${route}`;
}
