/** Words of a message. */
interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** A picture of a message. */
export interface ImagePart {
  readonly type: 'image';
  /** Media type of `bytes`, such as `image/jpeg`. */
  readonly mediaType: string;
  /** The whole encoded file. Never changed once it is part of a message. */
  readonly bytes: Uint8Array;
}

/** A piece of what a message holds. */
export type ContentPart = TextPart | ImagePart;

/** What a message holds, in order: a string where it is words only. */
export type MessageContent = string | readonly ContentPart[];

/** Stands in place of an image for a language model that sees none. */
const UNSEEN_IMAGE = '[an image that you cannot see]';

/** The words of a message; empty when it holds none. */
export function textOf({ content }: { readonly content: MessageContent }): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
}

/** The images of a message. */
export function imagesOf({ content }: { readonly content: MessageContent }): readonly ImagePart[] {
  return typeof content === 'string' ? [] : content.filter((part) => part.type === 'image');
}

/** Words and images as the content of a message, the words first. */
export function contentOf(text: string, images: readonly ImagePart[]): MessageContent {
  if (images.length === 0) return text;
  return text === '' ? images : [{ type: 'text', text }, ...images];
}

/** The content with {@link UNSEEN_IMAGE} in place of each image. */
export function withoutImages(content: MessageContent): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : UNSEEN_IMAGE)).join(' ');
}
