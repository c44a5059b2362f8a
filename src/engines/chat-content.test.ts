import { expect, test } from 'vitest';
import { contentOf, type ImagePart, imagesOf, textOf, withoutImages } from './chat-content.ts';

const image: ImagePart = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([1]) };

test.each([
  { text: 'hello', images: [], content: 'hello' },
  { text: '', images: [], content: '' },
  { text: 'look', images: [image, image], content: [{ type: 'text', text: 'look' }, image, image] },
  { text: '', images: [image], content: [image] },
])('"$text" and images are content, and come out of it again (%#)', ({ text, images, content }) => {
  expect(contentOf(text, images)).toEqual(content);
  expect(textOf({ content: contentOf(text, images) })).toBe(text);
  expect(imagesOf({ content: contentOf(text, images) })).toEqual(images);
});

test('content without images has a text in place of each', () => {
  expect(withoutImages('hello')).toBe('hello');
  expect(withoutImages([image, { type: 'text', text: 'and' }, image])).toBe(
    '[an image that you cannot see] and [an image that you cannot see]',
  );
});
