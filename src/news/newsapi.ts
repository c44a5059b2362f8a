import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { type FetchLimits, fetchText } from './fetch-text.ts';
import { distinctHeadlines, MAX_HEADLINES, toHeadline } from './headline.ts';
import { NEWS_LIMITS, type NewsFetch, newsFrom, newsHeaders } from './news-fetch.ts';

/** Top headlines of newsapi.org. */
const ADDRESS = 'https://newsapi.org/v2/top-headlines';

/** Articles that were taken back stay in the list under this title. */
const REMOVED = '[Removed]';

const answerSchema = z.object({
  articles: z.array(
    z.object({
      title: z.string().nullish(),
      source: z.object({ name: z.string().nullish() }).nullish(),
    }),
  ),
});

/** How newsapi.org is asked. */
export interface NewsApiOptions {
  readonly apiKey: Secret;
  readonly language: string;
  readonly clock: Clock;
  readonly limits?: FetchLimits;
  /** Default: newsapi.org. */
  readonly address?: string;
}

/** Headlines of newsapi.org. The key goes into a header, to that one host. */
export function newsApiFetch({ apiKey, language, clock, ...options }: NewsApiOptions): NewsFetch {
  const url = new URL(options.address ?? ADDRESS);
  for (const [name, value] of Object.entries({ language, category: 'general', pageSize: String(MAX_HEADLINES) })) {
    url.searchParams.set(name, value);
  }
  // A redirect would carry the key elsewhere.
  const limits = { ...(options.limits ?? NEWS_LIMITS), maxRedirects: 0 };
  return async (validators, signal) => {
    const headers = { ...newsHeaders(validators, 'application/json'), 'x-api-key': apiKey.reveal() };
    const answer = await fetchText(url, { headers, limits, clock, signal });
    return newsFrom(answer, validators, headlinesIn, { source: 'newsapi.org', setting: 'NEWSAPI_API_KEY' });
  };
}

function headlinesIn(text: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON');
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) throw unreadable('it holds no list of articles');
  return distinctHeadlines(parsed.data.articles.map(({ title, source }) => withoutSource(title ?? '', source?.name)));
}

/** Titles end with the name of the paper, which no user wants to hear ten times. */
function withoutSource(title: string, source: string | null | undefined): string {
  if (title === REMOVED) return '';
  const ending = ` - ${source ?? ''}`;
  return toHeadline(source && title.endsWith(ending) ? title.slice(0, -ending.length) : title);
}

function unreadable(why: string): DialtoneError {
  return new DialtoneError('engine_bad_answer', `The answer of newsapi.org cannot be read: ${why}.`, {
    retryable: true,
  });
}
