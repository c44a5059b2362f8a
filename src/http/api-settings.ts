import type { Settings } from '../settings.ts';
import { isLoopback } from './loopback.ts';

/** The settings that decide which callers may do what. */
export type ApiSettings = Pick<Settings, 'HOST' | 'API_TOKEN' | 'API_READ_TOKEN' | 'METRICS_AUTH'>;

/** Below this a token can be guessed, characters. */
const SHORT_TOKEN = 16;

/** What the operator should know before an attacker finds out; one line each, to be logged as warnings. */
export function apiWarnings(settings: ApiSettings): string[] {
  const { HOST, API_TOKEN, API_READ_TOKEN, METRICS_AUTH } = settings;
  const warnings: string[] = [];
  if (!API_TOKEN && !API_READ_TOKEN) {
    if (!isLoopback(HOST)) {
      warnings.push(
        `EVERY machine that reaches ${HOST} may use the REST API: HOST is not loopback and no token is set. Set API_TOKEN ` +
          '(openssl rand -hex 32), or HOST=127.0.0.1',
      );
    }
    if (METRICS_AUTH) warnings.push('METRICS_AUTH=true does nothing without API_TOKEN or API_READ_TOKEN');
  } else if (!API_TOKEN) {
    warnings.push('API_READ_TOKEN is set and API_TOKEN is not: no caller may reconnect, switch or reload over REST');
  } else if (API_TOKEN.reveal() === API_READ_TOKEN?.reveal()) {
    warnings.push('API_READ_TOKEN is the same as API_TOKEN: it may write, too');
  }
  for (const [name, token] of Object.entries({ API_TOKEN, API_READ_TOKEN })) {
    if (token && token.reveal().length < SHORT_TOKEN) {
      warnings.push(`${name} has fewer than ${SHORT_TOKEN} characters: make a longer one (openssl rand -hex 32)`);
    }
  }
  return warnings;
}
