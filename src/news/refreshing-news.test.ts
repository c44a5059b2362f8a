import { describe, expect, it } from 'vitest';
import { DialtoneError } from '../core/errors.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { Secret } from '../core/secret.ts';
import { parseSettings } from '../settings.ts';
import { createNews } from './create-news.ts';
import type { FetchedNews, Validators } from './news-fetch.ts';
import { RefreshingNews } from './refreshing-news.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function setUp() {
  const clock = new ManualClock();
  const asked: Validators[] = [];
  const heard: string[] = [];
  let next: FetchedNews | 'unchanged' | Error = { headlines: ['One'], validators: { etag: '"1"' } };
  const news = new RefreshingNews({
    fetch: async (validators) => {
      asked.push(validators);
      if (next instanceof Error) throw next;
      return next;
    },
    cacheMs: 4 * HOUR_MS,
    clock,
    random: () => 0.5,
    onProblem: ({ code }) => heard.push(code),
    onRecovered: () => heard.push('recovered'),
  });
  return {
    clock,
    news,
    asked,
    heard,
    answerWith: (answer: typeof next) => {
      next = answer;
    },
    /** Lets time pass, and what was due then come to its end. */
    pass: async (ms: number) => {
      clock.advance(ms);
      await new Promise(setImmediate);
    },
  };
}

const down = new DialtoneError('engine_unavailable', 'down', { retryable: true });

describe('RefreshingNews', () => {
  it('fetches nothing before it is used, and does not wait then', async () => {
    const { news, asked, pass } = setUp();
    await pass(HOUR_MS);
    expect(asked).toEqual([]);
    expect(news.headlines()).toEqual([]);
    await pass(0);
    expect(news.headlines()).toEqual(['One']);
    expect(asked).toEqual([{}]);
  });

  it('fetches again when the headlines are old, and asks for newer ones only', async () => {
    const { news, asked, answerWith, pass } = setUp();
    news.start();
    news.start();
    await pass(0);
    answerWith('unchanged');
    await pass(4 * HOUR_MS - 1);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toEqual([{}, { etag: '"1"' }]);
    expect(news.headlines()).toEqual(['One']);
    answerWith({ headlines: ['Two'], validators: {} });
    await pass(4 * HOUR_MS);
    expect(news.headlines()).toEqual(['Two']);
    await pass(4 * HOUR_MS);
    expect(asked.slice(2)).toEqual([{ etag: '"1"' }, {}]);
  });

  it('keeps the old ones through a failure, tries again ever more rarely, and says so once', async () => {
    const { news, asked, heard, answerWith, pass } = setUp();
    news.start();
    await pass(0);
    answerWith(down);
    await pass(4 * HOUR_MS);
    for (const minutes of [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]) {
      const before = asked.length;
      await pass(minutes * MINUTE_MS - 1);
      expect(asked, `${minutes}`).toHaveLength(before);
      await pass(1);
      expect(asked, `${minutes}`).toHaveLength(before + 1);
    }
    expect(news.headlines()).toEqual(['One']);
    expect(heard).toEqual(['engine_unavailable']);
    answerWith({ headlines: ['Two'], validators: {} });
    await pass(240 * MINUTE_MS);
    expect(heard).toEqual(['engine_unavailable', 'recovered']);
    expect(news.headlines()).toEqual(['Two']);
    answerWith(down);
    await pass(4 * HOUR_MS);
    expect(heard).toHaveLength(3);
  });

  it('does not press a server that will not change its mind', async () => {
    const { news, asked, answerWith, pass } = setUp();
    answerWith(new DialtoneError('engine_auth', 'wrong key'));
    news.start();
    await pass(0);
    await pass(4 * HOUR_MS - 1);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toHaveLength(2);
  });

  it('leaves nothing behind when it is closed', async () => {
    const { news, asked, clock, heard, answerWith, pass } = setUp();
    answerWith(down);
    news.start();
    news.close();
    await pass(0);
    expect(clock.pending).toBe(0);
    expect(heard).toEqual([]);
    news.headlines();
    expect(asked).toHaveLength(1);
  });
});

describe('createNews', () => {
  const deps = {
    clock: new ManualClock(),
    random: Math.random,
    onProblem: () => undefined,
    onRecovered: () => undefined,
  };

  it('makes what the settings ask for', () => {
    expect(createNews(parseSettings({}), deps)).toBeUndefined();
    expect(createNews(parseSettings({ NEWS_FEED_URL: 'https://a.example/feed' }), deps)).toBeInstanceOf(RefreshingNews);
    const settings = parseSettings({ NEWSAPI_API_KEY: 'CANARY', NEWS_LANGUAGE: 'fr' });
    expect(settings.NEWSAPI_API_KEY).toBeInstanceOf(Secret);
    expect(createNews(settings, deps)).toBeInstanceOf(RefreshingNews);
  });

  it.each(['ftp://a.example', 'file:///etc/passwd', 'news'])('refuses %s as a feed', (url) => {
    expect(() => parseSettings({ NEWS_FEED_URL: url })).toThrow(/NEWS_FEED_URL: give an address that begins with http/);
  });
});
