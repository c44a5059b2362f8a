/** A JSON object nothing is known of. */
export type Json = Readonly<Record<string, unknown>>;

/** The object a text holds; undefined when it is no JSON or no object. */
export function parseObject(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The value when it is an object and no list. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
