import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { readPicture } from '../pictures/picture-body.ts';
import { problem, problemResponse } from '../problem.ts';
import { speechFailures, speechRefusal } from '../refusals.ts';

const binary = { schema: { type: 'string', format: 'binary' } } as const;

const shownSchema = z
  .object({
    message: z.string(),
    device: z.string(),
    media_type: z.enum(['image/jpeg', 'image/png']),
    width: z.int().openapi({ description: 'Pixels.' }),
    height: z.int(),
    bytes: z.int(),
  })
  .openapi('PictureShown');

const imageRoute = createRoute({
  method: 'post',
  path: '/{name}/image',
  summary: 'Show a picture: what the user says next is about it',
  description:
    'A JPEG or PNG, as the body or as `file` of a multipart form; its content tells which. It is kept in memory for 10 minutes, until ' +
    'the user has said something to the device or another picture comes. A language model that sees is shown it with the words; one that ' +
    'does not says so.',
  request: {
    params: deviceParams,
    body: {
      required: true,
      content: {
        'image/jpeg': binary,
        'image/png': binary,
        'application/octet-stream': binary,
        'multipart/form-data': {
          schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] },
        },
      },
    },
  },
  responses: {
    200: { description: 'It is shown.', content: { 'application/json': { schema: shownSchema } } },
    ...speechFailures,
    400: problemResponse('There is no picture in the body.'),
    413: problemResponse('The picture has too many bytes or pixels.'),
    415: problemResponse('It is no whole JPEG or PNG.'),
  },
});

/** POST /v1/devices/{name}/image */
export function addImageRoute(api: Api, { fleet, settings }: ApiDeps): void {
  api.openapi(imageRoute, async (c) => {
    const name = nameOf(c);
    const limits = { maxBytes: settings.MAX_IMAGE_SIZE_BYTES, maxPixels: settings.IMAGE_MAX_DIMENSION };
    const body = await readPicture(c, limits);
    if ('problem' in body)
      return problem(c, body.status, body.status === 413 ? 'body_too_big' : 'bad_request', body.problem);
    const { picture, format } = body;
    const result = fleet.showPicture(name, picture);
    if (result !== 'accepted') return speechRefusal(c, result, name);
    const message = `What is said next to device '${name}' is about this picture`;
    const { mediaType, width, height } = format;
    return c.json({ message, device: name, media_type: mediaType, width, height, bytes: picture.bytes.length }, 200);
  });
}
