import { decodeHTMLStrict } from 'entities/decode';

const ENTITY = /&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z\d]{0,31});/gi;

/**
 * Replaces the entities of XML and HTML by their characters, once. Any other name, and a number that is no character,
 * becomes a space: what a document declares itself is never expanded, so nothing can grow.
 */
export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (entity) => {
    const decoded = decodeHTMLStrict(entity);
    return decoded === entity || decoded === '\ufffd' ? ' ' : decoded;
  });
}
