import { contentOf, type ImagePart } from '../../engines/chat-content.ts';
import type { ChatMessage } from '../../engines/llm.ts';
import { saysTheSame } from '../listening/utterance-text.ts';
import type { HistoryEntry } from '../ports.ts';
import { estimateTokens, IMAGE_TOKENS, lastTokens } from './token-estimate.ts';

/** What a message costs beyond its words: its role and its separators. */
const MESSAGE_TOKENS = 4;

/** Stands before an answer without a question (a greeting, say): some language models insist that the user begins. */
const OPENING = 'Hello.';
const OPENING_TOKENS = MESSAGE_TOKENS + estimateTokens(OPENING);

/** What a user who says nothing "says". It is forgotten as soon as there are words. */
const SILENCE = '...';

/** What was never answered is no part of a question that comes so much later, milliseconds. */
const UNANSWERED_MS = 120_000;

/** Tokens of the budget that images leave to the words of their turn: as many as the smallest budget has. */
const TOKENS_FOR_WORDS = 50;

/** How much of a conversation is remembered, and the listener to changes. */
export interface HistoryOptions {
  /** Budget of all messages together, images included, estimated tokens; at least 50. */
  readonly maxTokens: number;
  /** At least 2. */
  readonly maxMessages: number;
  /** What was said before, oldest first. */
  readonly initial?: readonly HistoryEntry[];
  /** Called after every change with all that is remembered. The array is never changed afterwards. */
  readonly onChange?: (entries: readonly HistoryEntry[]) => void;
  /** Wall-clock milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What was said in a conversation, newest last. It is kept within its budget by forgetting the oldest turns, question and
 * answer together; the newest turn always stays, and loses its beginning when it alone is too long. Images go with their turn;
 * of those of one turn the newest stay, as many as fit.
 */
export class History {
  readonly #options: HistoryOptions;
  #entries: readonly HistoryEntry[] = [];
  /** What the user said last, and what stood before it in the same message; without what was never answered. */
  #said: { readonly before: HistoryEntry | undefined; readonly entry: HistoryEntry } | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    for (const entry of options.initial ?? []) this.#entries = this.#with(entry);
  }

  /** Everything remembered, oldest first. Roles alternate. The array is never changed afterwards. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Keeps what the user said and has shown. Nothing said and nothing shown is nothing kept. */
  addUser(text: string, images: readonly ImagePart[] = []): void {
    const entry = this.#userEntry(text, images);
    if (isEmpty(entry)) return;
    const last = this.#entries.at(-1);
    this.#said = { before: last?.role === 'user' && !last.unanswered ? last : undefined, entry };
    this.#add(entry);
  }

  /**
   * What the user said last gets no answer: the turn has failed. It is kept until the user has said something more, which may
   * refer to it; should that get no answer either, only the newer of the two is kept. So nothing piles up.
   */
  unanswered(): void {
    const last = this.#entries.at(-1);
    if (last?.role !== 'user') return;
    const { before, entry } = this.#said ?? { before: undefined, entry: last };
    // Silence over a question leaves the question.
    const said = before ? joinEntries(before, entry) : entry.content === SILENCE ? last : entry;
    const bounded = this.#bounded(said);
    this.#entries = [...this.#entries.slice(0, -1), { ...(isEmpty(bounded) ? last : bounded), unanswered: true }];
    this.#options.onChange?.(this.#entries);
  }

  /**
   * Keeps the words of an answer that the loudspeaker has played. An answer without any is not kept.
   * @param interrupted whether it was cut short behind them
   * @param truncated whether the limit of tokens has cut it
   */
  addAssistant(text: string, interrupted: boolean, truncated = false): void {
    const at = this.#options.now();
    if (interrupted) this.#add({ role: 'assistant', content: wordsOf(text), interrupted, at });
    else this.#add({ role: 'assistant', content: text.trim(), ...(truncated && { truncated }), at });
  }

  /**
   * The messages for a language model: the prompt, then what was said, within the budget, roles alternating and the user
   * first. That an answer was cut short is not marked: a model copies every mark it is shown, and then the mark is spoken.
   */
  messages(systemPrompt: string): readonly ChatMessage[] {
    return this.#render(systemPrompt, this.#entries);
  }

  /** The messages as they would be if the user had also said and shown this. Nothing is kept. */
  withUser(systemPrompt: string, text: string, images: readonly ImagePart[] = []): readonly ChatMessage[] {
    const entry = this.#userEntry(text, images);
    return isEmpty(entry) ? this.messages(systemPrompt) : this.#render(systemPrompt, this.#with(entry));
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries = [];
    this.#said = undefined;
    this.#options.onChange?.(this.#entries);
  }

  #userEntry(text: string, images: readonly ImagePart[]): HistoryEntry {
    return { role: 'user', content: text.trim(), at: this.#options.now(), ...(images.length > 0 && { images }) };
  }

  #add(entry: HistoryEntry): void {
    if (isEmpty(entry)) return;
    this.#entries = this.#with(entry);
    this.#options.onChange?.(this.#entries);
  }

  /** The entries with one more, within the budget. */
  #with(entry: HistoryEntry): readonly HistoryEntry[] {
    const last = this.#entries.at(-1);
    const joins = last?.role === entry.role;
    const joined = joins ? this.#join(last, entry) : entry;
    const bounded = this.#bounded(joined);
    // Of an image that does not fit nothing is left.
    if (isEmpty(bounded)) return this.#entries;
    return this.#newestTurns([...(joins ? this.#entries.slice(0, -1) : this.#entries), bounded]);
  }

  #join(last: HistoryEntry, entry: HistoryEntry): HistoryEntry {
    if (!last.unanswered) return joinEntries(last, entry);
    const { unanswered: _, ...asked } = last;
    if (entry.content === SILENCE) return asked;
    const isOld = this.#options.now() - last.at > UNANSWERED_MS;
    return isOld || saysTheSame(last.content, entry.content) ? entry : joinEntries(asked, entry);
  }

  /** What no model would ever be shown is not kept either: a message that is joined to time and again stays bounded. */
  #bounded({ images = [], ...entry }: HistoryEntry): HistoryEntry {
    const { maxTokens } = this.#options;
    const room = Math.max(0, Math.floor((maxTokens - TOKENS_FOR_WORDS) / IMAGE_TOKENS));
    const newest = images.slice(Math.max(0, images.length - room));
    return { ...entry, content: lastTokens(entry.content, maxTokens), ...(newest.length > 0 && { images: newest }) };
  }

  #newestTurns(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
    const { maxTokens, maxMessages } = this.#options;
    let kept = entries;
    while (tokensOf(kept) > maxTokens || messagesOf(kept) > maxMessages) {
      const next = kept.findIndex(({ role }, index) => index > 0 && role === 'user');
      if (next < 0) break;
      kept = kept.slice(next);
    }
    return kept;
  }

  #render(systemPrompt: string, entries: readonly HistoryEntry[]): readonly ChatMessage[] {
    const messages: ChatMessage[] = [{ role: 'system', content: systemPrompt }];
    if (entries[0]?.role === 'assistant') messages.push({ role: 'user', content: OPENING });
    const shares = sharesOf(entries, this.#options.maxTokens);
    for (const [index, { role, content, images = [] }] of entries.entries()) {
      const text = lastTokens(content, shares[index] ?? 0);
      messages.push(role === 'user' ? { role, content: contentOf(text, images) } : { role, content: text });
    }
    return messages;
  }
}

/** Two messages of one speaker as one: language models expect the roles to alternate. */
function joinEntries(first: HistoryEntry, second: HistoryEntry): HistoryEntry {
  const isSilence = first.role === 'user' && first.content === SILENCE;
  const content = isSilence ? second.content : `${first.content} ${second.content}`.trim();
  const images = [...(first.images ?? []), ...(second.images ?? [])];
  return { ...second, content, at: first.at, ...(images.length > 0 && { images }) };
}

function isEmpty({ content, images }: HistoryEntry): boolean {
  return content === '' && images === undefined;
}

/** The words of an answer that was cut short, without the dash in front of those that were not spoken. */
function wordsOf(text: string): string {
  const words = text.replace(/[\s\u2013\u2014-]+$/u, '').trimStart();
  return /[\p{L}\p{N}]/u.test(words) ? words : '';
}

function opensWithAnswer(entries: readonly HistoryEntry[]): boolean {
  return entries[0]?.role === 'assistant';
}

function messagesOf(entries: readonly HistoryEntry[]): number {
  return entries.length + (opensWithAnswer(entries) ? 1 : 0);
}

/** Everything but words. */
function overheadOf(entries: readonly HistoryEntry[]): number {
  const images = entries.reduce((sum, entry) => sum + (entry.images?.length ?? 0), 0);
  return entries.length * MESSAGE_TOKENS + (opensWithAnswer(entries) ? OPENING_TOKENS : 0) + images * IMAGE_TOKENS;
}

function tokensOf(entries: readonly HistoryEntry[]): number {
  return entries.reduce((sum, { content }) => sum + estimateTokens(content), overheadOf(entries));
}

/** How many tokens of each message fit: all of them, or those of one turn that is too long, its two messages treated alike. */
function sharesOf(entries: readonly HistoryEntry[], maxTokens: number): readonly number[] {
  const wanted = entries.map(({ content }) => estimateTokens(content));
  if (tokensOf(entries) <= maxTokens) return wanted;
  const budget = maxTokens - overheadOf(entries);
  const total = wanted.reduce((sum, tokens) => sum + tokens, 0);
  // A short message is left whole, whatever the other one is like.
  return wanted.map((tokens) =>
    Math.min(tokens, Math.max(Math.floor(budget / entries.length), budget - total + tokens)),
  );
}
