import { createRoute, z } from '@hono/zod-openapi';
import { instructionsSchema } from '../../config/instructions-schema.ts';
import { enginesOf } from '../../config/voices/voice-book.ts';
import { VOICE_ENGINES } from '../../config/voices/voices-schema.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';

const voiceSchema = z
  .object({
    name: z.string().openapi({ description: 'As in devices.json and in requests to speak.' }),
    language: z.string().openapi({ description: 'BCP 47.' }),
    comment: z.string().nullable(),
    engines: z.array(z.enum(VOICE_ENGINES)).openapi({
      description: 'Those that have a voice of their own for it; others speak with their default of the language.',
    }),
    instructions: instructionsSchema.optional().openapi({
      description: 'What suits this voice. A device without instructions does not take them.',
    }),
  })
  .openapi('Voice');

const route = createRoute({
  method: 'get',
  path: '/v1/voices',
  summary: 'The voices that may be named',
  description: 'In the order of the voices file.',
  responses: { 200: { description: 'The voices.', content: { 'application/json': { schema: z.array(voiceSchema) } } } },
});

/** GET /v1/voices */
export function addVoicesRoute(api: Api, { voices }: ApiDeps): void {
  api.openapi(route, (c) => {
    const list = voices.voices.map((voice) => {
      const { name, language, comment = null, instructions } = voice;
      return { name, language, comment, engines: enginesOf(voice), ...(instructions ? { instructions } : {}) };
    });
    return c.json(list, 200);
  });
}
