/** The bounds within which a model is fetched. */
export interface ModelLimits {
  /** So long a server may send nothing, before its answer or within it, milliseconds. */
  readonly stallMs: number;
  readonly maxRedirects: number;
}

/** For people's own networks: a slow line is no failure, one that has gone silent is. */
export const MODEL_LIMITS: ModelLimits = { stallMs: 30_000, maxRedirects: 5 };
