import { type Handler, Parser } from 'htmlparser2';
import { DialtoneError } from '../core/errors.ts';
import { decodeEntities } from './html-entities.ts';

/** Elements within each other: no feed needs more than a dozen. */
const MAX_DEPTH = 100;

/** Titles that are looked at: more than are used, since some are empty or the same. */
const MAX_TITLES = 200;

/** Longest title that is collected, UTF-16 units. */
const MAX_TITLE_LENGTH = 5_000;

const ROOTS = new Set(['rss', 'feed', 'rdf']);

/**
 * The titles of the items of an RSS (0.9 to 2.0) or Atom feed, in their order; they may hold HTML. Reads only as much
 * XML as that takes, forgives what is not well formed, expands no entities that the document declares, and takes time in
 * proportion to its length.
 * @throws DialtoneError `engine_bad_answer` when it is no such feed
 */
export function feedTitles(xml: string): string[] {
  const titles = new FeedTitles();
  // The parser would leave an unknown entity as it stands, which then looks like one that the title spells out.
  const parser = new Parser(titles, { xmlMode: true, decodeEntities: false });
  titles.onDone = () => parser.pause();
  // Without `end`: that would close the open elements, and half a title is none.
  parser.write(xml);
  if (!titles.isFeed) throw notAFeed('it does not begin like one');
  return titles.found;
}

function notAFeed(why: string): DialtoneError {
  return new DialtoneError('engine_bad_answer', `What NEWS_FEED_URL leads to is no RSS or Atom feed: ${why}.`);
}

/** Collects the titles while the parser reads a document. */
class FeedTitles implements Partial<Handler> {
  readonly found: string[] = [];
  isFeed = false;
  /** Called when the rest of the document is of no use. */
  onDone: () => void = () => undefined;
  /** Open elements. */
  #depth = 0;
  /** The value of `#depth` directly inside the open item; 0: no item is open. */
  #itemDepth = 0;
  #itemPrefix = '';
  #title: string | undefined;
  #inCdata = false;

  onopentagname(name: string): void {
    const { prefix, local } = split(name);
    if (this.#depth === 0) this.isFeed ||= ROOTS.has(local);
    if (!this.isFeed) {
      this.onDone();
      return;
    }
    if (this.#depth >= MAX_DEPTH) throw notAFeed(`its elements are nested more than ${MAX_DEPTH} deep`);
    this.#depth += 1;
    if (this.#itemDepth === 0) {
      if (local !== 'item' && local !== 'entry') return;
      this.#itemDepth = this.#depth;
      this.#itemPrefix = prefix;
    } else if (local === 'title' && prefix === this.#itemPrefix && this.#depth === this.#itemDepth + 1) {
      // A title of something else, such as media:title or one inside source, is none.
      this.#title = '';
    }
  }

  /** The parser calls it for every open element, for those too that are closed with an outer one. */
  onclosetag(): void {
    if (this.#title !== undefined && this.#depth === this.#itemDepth + 1) {
      this.found.push(this.#title);
      this.#title = undefined;
      if (this.found.length >= MAX_TITLES) this.onDone();
    }
    if (this.#depth === this.#itemDepth) this.#itemDepth = 0;
    this.#depth -= 1;
  }

  oncdatastart(): void {
    this.#inCdata = true;
  }

  oncdataend(): void {
    this.#inCdata = false;
  }

  ontext(text: string): void {
    if (this.#title === undefined || this.#title.length >= MAX_TITLE_LENGTH) return;
    const piece = text.slice(0, MAX_TITLE_LENGTH);
    this.#title += this.#inCdata ? piece : decodeEntities(piece);
  }
}

function split(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':');
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1).toLowerCase() };
}
