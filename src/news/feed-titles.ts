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
  readXml(xml, titles);
  if (!titles.isFeed) throw notAFeed('it does not begin like one');
  return titles.found;
}

function notAFeed(why: string): DialtoneError {
  return new DialtoneError('engine_bad_answer', `What NEWS_FEED_URL leads to is no RSS or Atom feed: ${why}.`);
}

interface Element {
  readonly name: string;
  /** The name without its prefix, lower case. */
  readonly local: string;
  readonly prefix: string;
}

/** Collects the titles while a document is read. */
class FeedTitles {
  readonly found: string[] = [];
  isFeed = false;
  readonly #open: Element[] = [];
  /** Elements open around the inside of the item in progress; 0: none is. */
  #itemDepth = 0;
  #title: string | undefined;

  /** Nothing further is wanted. */
  get isDone(): boolean {
    return this.found.length >= MAX_TITLES || (this.#open.length > 0 && !this.isFeed);
  }

  opened(name: string): void {
    const element = elementOf(name);
    if (this.#open.length === 0) this.isFeed ||= ROOTS.has(element.local);
    if (this.#open.length >= MAX_DEPTH) throw notAFeed(`its elements are nested more than ${MAX_DEPTH} deep`);
    this.#open.push(element);
    if (this.#itemDepth === 0) {
      if (element.local === 'item' || element.local === 'entry') this.#itemDepth = this.#open.length;
      return;
    }
    // A title of something else, such as media:title or one inside source, is none.
    const item = this.#open[this.#itemDepth - 1];
    const isTitle = element.local === 'title' && element.prefix === item?.prefix;
    if (isTitle && this.#open.length === this.#itemDepth + 1) this.#title = '';
  }

  closed(name: string): void {
    // One that was never opened is overlooked; one that closes others too, closes them.
    const at = this.#open.findLastIndex((element) => element.name === name);
    if (at < 0) return;
    this.#open.length = at;
    if (this.#title !== undefined && at <= this.#itemDepth) {
      this.found.push(this.#title);
      this.#title = undefined;
    }
    if (at < this.#itemDepth) this.#itemDepth = 0;
  }

  text(text: string): void {
    if (this.#title === undefined || this.#title.length >= MAX_TITLE_LENGTH) return;
    this.#title += text.slice(0, MAX_TITLE_LENGTH);
  }
}

function elementOf(name: string): Element {
  const colon = name.indexOf(':');
  return { name, local: name.slice(colon + 1).toLowerCase(), prefix: name.slice(0, Math.max(colon, 0)) };
}

const NAME = /[\p{L}_][\p{L}\p{N}_.:-]{0,200}/uy;

/** Tells `reader` what a document consists of, until it is done or the document is over. */
function readXml(xml: string, reader: FeedTitles): void {
  let at = 0;
  while (at < xml.length && !reader.isDone) {
    const start = xml.indexOf('<', at);
    const textEnd = start < 0 ? xml.length : start;
    if (textEnd > at) reader.text(decodeEntities(xml.slice(at, Math.min(textEnd, at + MAX_TITLE_LENGTH))));
    if (start < 0) return;
    at = readMarkup(xml, start, reader);
  }
}

/** Reads what begins with the "<" at `start`. Returns where it ends. */
function readMarkup(xml: string, start: number, reader: FeedTitles): number {
  if (xml.startsWith('<!--', start)) return behind(xml, '-->', start + 4);
  if (xml.startsWith('<?', start)) return behind(xml, '?>', start + 2);
  if (xml.startsWith('<![CDATA[', start)) {
    const end = behind(xml, ']]>', start + 9);
    reader.text(xml.slice(start + 9, Math.min(end - 3, start + 9 + MAX_TITLE_LENGTH)));
    return end;
  }
  if (xml.startsWith('<!', start)) return behindDeclaration(xml, start);
  const isClosing = xml.charAt(start + 1) === '/';
  NAME.lastIndex = start + (isClosing ? 2 : 1);
  const name = NAME.exec(xml)?.[0];
  if (name === undefined) {
    reader.text('<');
    return start + 1;
  }
  const end = tagEnd(xml, NAME.lastIndex);
  if (isClosing) reader.closed(name);
  else {
    reader.opened(name);
    if (xml.charAt(end - 2) === '/') reader.closed(name);
  }
  return end;
}

function behind(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from);
  return at < 0 ? xml.length : at + mark.length;
}

/** A document type may declare things between brackets: none of them is read. */
function behindDeclaration(xml: string, start: number): number {
  const end = behind(xml, '>', start);
  const bracket = xml.slice(start, end).indexOf('[');
  if (bracket < 0) return end;
  const close = /\]\s{0,100}>/g;
  close.lastIndex = start + bracket;
  return close.test(xml) ? close.lastIndex : xml.length;
}

/** Behind the ">" of a tag: one inside a quoted value does not count. */
function tagEnd(xml: string, from: number): number {
  const mark = /["'>]/g;
  mark.lastIndex = from;
  for (let found = mark.exec(xml); found; found = mark.exec(xml)) {
    if (found[0] === '>') return mark.lastIndex;
    const closing = xml.indexOf(found[0], mark.lastIndex);
    if (closing < 0) return xml.length;
    mark.lastIndex = closing + 1;
  }
  return xml.length;
}
