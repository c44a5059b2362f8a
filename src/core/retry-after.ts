/**
 * How long a Retry-After header asks to wait, milliseconds: from seconds (decimals too) or from an HTTP date. A negative
 * number or a date in the past means 0. Undefined when there is no header, or when it says neither. There is no upper limit:
 * the caller decides how long it believes a server.
 * @param nowWallMs wall-clock time
 */
export function retryAfterMs(header: string | null | undefined, nowWallMs: number): number | undefined {
  const seconds = retryAfterSeconds(header);
  const ms = seconds === undefined ? dateMs(header?.trim() ?? '') - nowWallMs : seconds * 1_000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The number of a Retry-After header, seconds, as it stands; undefined when it is no number. */
export function retryAfterSeconds(header: string | null | undefined): number | undefined {
  const text = header?.trim() ?? '';
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}

/** The three forms of RFC 9110; the oldest has no zone and means GMT. NaN for anything without a time of day. */
function dateMs(text: string): number {
  if (!/\d:\d\d/.test(text)) return Number.NaN;
  return Date.parse(/ \d{4}$/.test(text) ? `${text} GMT` : text);
}
