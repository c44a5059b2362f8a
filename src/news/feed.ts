import type { Clock } from '../core/clock.ts';
import { feedTitles } from './feed-titles.ts';
import { type FetchLimits, fetchText } from './fetch-text.ts';
import { distinctHeadlines, toHeadline } from './headline.ts';
import { NEWS_LIMITS, type NewsFetch, newsFrom, newsHeaders } from './news-fetch.ts';

/** Headlines of an RSS or Atom feed. @param url http or https */
export function feedFetch(url: string, clock: Clock, limits: FetchLimits = NEWS_LIMITS): NewsFetch {
  const feed = new URL(url);
  return async (validators, signal) => {
    const headers = newsHeaders(
      validators,
      'application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5',
    );
    const answer = await fetchText(feed, { headers, limits, clock, signal });
    const read = (text: string) => distinctHeadlines(feedTitles(text).map(toHeadline));
    return newsFrom(answer, validators, read, { source: `The feed at ${feed.host}`, setting: 'NEWS_FEED_URL' });
  };
}
