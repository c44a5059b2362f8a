import type { Context } from 'hono';
import type { Api } from '../api-type.ts';
import { CONSOLE_HEADERS, CONSOLE_PAGE, readConsoleFile } from '../console/console-files.ts';
import { problem } from '../problem.ts';

/** GET /console: a page for people. It and its files hold nothing of this fleet, and need no token: what the page shows it asks for. */
export function addConsoleRoutes(api: Api): void {
  api.get('/console', (c) => send(c, CONSOLE_PAGE));
  // Addresses in the page begin at `console`, so that it also works below a path of a proxy.
  api.get('/console/', (c) => c.body(null, 308, { location: '../console' }));
  api.get('/console/:file', (c) => send(c, c.req.param('file')));
}

async function send(c: Context, name: string) {
  const file = await readConsoleFile(name);
  if (!file) return problem(c, 404, 'not_found', 'the console has no such file: it is at /console');
  return c.body(file.bytes, 200, { ...CONSOLE_HEADERS, 'content-type': file.type });
}
