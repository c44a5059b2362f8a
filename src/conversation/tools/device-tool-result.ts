import { contentOf, type ImagePart, type MessageContent } from '../../engines/chat-content.ts';
import type { DeviceToolContent, DeviceToolResult } from '../../protocols/device-tools.ts';
import { toolError } from './tool-result.ts';

/** The most images that one result may hold for the model, and how large each may be, bytes. */
const MAX_IMAGES = 2;
const MAX_IMAGE_BYTES = 2_000_000;

/** What models that see can read. */
const MEDIA_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** What a device's function gave back, for the model. A device may send anything: what is no image becomes words. */
export function deviceToolContent({ content, isError }: DeviceToolResult): MessageContent {
  const images: ImagePart[] = [];
  const words = content.map((part) => {
    if (part.type === 'text') return withoutControls(part.text);
    const image = images.length < MAX_IMAGES ? imageOf(part) : undefined;
    if (!image) return '[an image that cannot be used]';
    images.push(image);
    return '';
  });
  const text = words.filter((line) => line !== '').join('\n');
  if (isError) return toolError(text === '' ? 'the device could not do it.' : text);
  return text === '' && images.length === 0 ? 'Done.' : contentOf(text, images);
}

type ImageContent = Extract<DeviceToolContent, { type: 'image' }>;

function imageOf({ data, mimeType }: ImageContent): ImagePart | undefined {
  const mediaType = mimeType.toLowerCase();
  if (!MEDIA_TYPES.has(mediaType) || data.length > (MAX_IMAGE_BYTES * 4) / 3 + 4) return undefined;
  if (data === '' || !/^[a-z0-9+/]+={0,2}$/i.test(data)) return undefined;
  return { type: 'image', mediaType, bytes: Buffer.from(data, 'base64') };
}

/** Lines and tabs stay. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, ' ').trim();
}
