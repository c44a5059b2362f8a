import type { Settings } from '../settings.ts';
import { feedFetch } from './feed.ts';
import { newsApiFetch } from './newsapi.ts';
import { RefreshingNews, type RefreshingNewsOptions } from './refreshing-news.ts';

/** The settings about news. */
export type NewsSettings = Pick<Settings, 'NEWS_FEED_URL' | 'NEWSAPI_API_KEY' | 'NEWS_LANGUAGE' | 'NEWS_CACHE_HOURS'>;

/**
 * The news that the settings ask for; undefined when they ask for none. Nothing is fetched before `start` or the first use.
 */
export function createNews(
  settings: NewsSettings,
  deps: Omit<RefreshingNewsOptions, 'fetch' | 'cacheMs'>,
): RefreshingNews | undefined {
  const fetch = fetchFor(settings, deps);
  return fetch && new RefreshingNews({ ...deps, fetch, cacheMs: settings.NEWS_CACHE_HOURS * 3_600_000 });
}

function fetchFor(settings: NewsSettings, { clock }: Pick<RefreshingNewsOptions, 'clock'>) {
  const { NEWS_FEED_URL, NEWSAPI_API_KEY, NEWS_LANGUAGE } = settings;
  if (NEWS_FEED_URL !== undefined) return feedFetch(NEWS_FEED_URL, clock);
  return NEWSAPI_API_KEY && newsApiFetch({ apiKey: NEWSAPI_API_KEY, language: NEWS_LANGUAGE, clock });
}
