/** As much of an OpenAPI document as is completed here. */
interface Document {
  readonly paths?: Readonly<Record<string, object>> | undefined;
}

interface Operation {
  readonly responses: Record<string, unknown>;
}

const METHODS = ['get', 'post', 'delete'] as const;

const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What the guard and the limit of bodies answer, whatever the route: by status, where the route does not say it itself. */
const REFUSALS: Readonly<Record<string, ReturnType<typeof refusal>>> = {
  401: refusal('A token is needed, or it is wrong.'),
  403: refusal('Without a token: another site asks.'),
};

const TOO_BIG = refusal('The body is too big.');

/**
 * Adds to every operation of a document how it is refused before its route is asked.
 * @param open the paths that every caller may read
 */
export function describeRefusals<D extends Document>(document: D, open: ReadonlySet<string>): D {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = (item as Partial<Record<string, Operation>>)[method];
      if (!operation) continue;
      const refusals = { ...(open.has(path) ? {} : REFUSALS), ...(method === 'get' ? {} : { 413: TOO_BIG }) };
      for (const [status, response] of Object.entries(refusals)) operation.responses[status] ??= response;
    }
  }
  return document;
}
