import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { Chromium, hasChromium } from '../../../device-sim/testing/chromium.ts';
import { type ApiServerOptions, startApi } from '../api-server.ts';
import { ConsolePage } from './console-page.ts';

/** One browser for the tests of a file; undefined where there is none. @returns what gives its page */
export function useConsole(): () => ConsolePage {
  let page: ConsolePage | undefined;
  beforeAll(async () => {
    if (hasChromium()) page = new ConsolePage(await Chromium.start());
  });
  afterAll(() => page?.chromium.close());
  return () => {
    if (!page) throw new Error('there is no chromium');
    return page;
  };
}

/** A backend whose fleet is only data, and its console in a window of a desktop, for the length of a test. */
export async function startConsole(page: ConsolePage, options: ApiServerOptions = {}) {
  const { chromium } = page;
  const before = chromium.complaints.length;
  const api = await startApi(options);
  await chromium.show({ width: 1280, height: 900 });
  await page.open(api.server.url);
  // A page that asks on would fill the next test's list of complaints.
  onTestFinished(() => chromium.open('about:blank'));
  return {
    ...api,
    /** What the browser had to refuse, but for one place that is asked and may not be there. */
    complaints: () => chromium.complaints.slice(before).filter((line) => !line.includes('404')),
  };
}
