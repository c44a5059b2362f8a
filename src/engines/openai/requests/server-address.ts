import { BlockList, isIP } from 'node:net';
import type { Service } from './service.ts';

/** The path that groq-sdk adds by itself, and that the other package is told to. */
const PACKAGE_PATH = '/openai/v1';

const LOCAL = new BlockList();
LOCAL.addSubnet('127.0.0.0', 8);
LOCAL.addSubnet('10.0.0.0', 8);
LOCAL.addSubnet('172.16.0.0', 12);
LOCAL.addSubnet('192.168.0.0', 16);
LOCAL.addSubnet('169.254.0.0', 16);
// Networks that providers and tailscale share out.
LOCAL.addSubnet('100.64.0.0', 10);
LOCAL.addAddress('0.0.0.0');
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');

/** Where a server with the API of OpenAI is. */
export interface ServerAddress {
  /** Without a path: the packages add {@link PACKAGE_PATH}. */
  readonly origin: string;
  /** Whether it is in the user's own network: such a server needs no key. */
  readonly isLocal: boolean;
  /** Whether it is the service's own server. */
  readonly isHome: boolean;
  /** The fetch of the packages, which turns their addresses into those of this server. */
  readonly fetch: typeof globalThis.fetch;
  /** The address of an endpoint, as far as it is known by now, without its query. */
  of(endpoint: string): string;
}

/**
 * Understands the address of a server: `http://host:11434/v1` is the address to which `/chat/completions` is added, as everywhere.
 * One without a path has its API under the first of the service's paths, or, where that is not found, under the second; one whose
 * path has no version may have it behind `/v1`. Slashes at the end count for nothing.
 * @param given default: the service's own
 * @param send what sends the requests
 */
export function serverAddress(
  { home, paths }: Service,
  given = home,
  send: typeof globalThis.fetch = globalThis.fetch,
): ServerAddress {
  const url = new URL(given);
  const path = url.pathname.replace(/\/+(?:chat\/completions|audio\/(?:speech|transcriptions)|models)?\/*$/, '');
  const { origin } = url;
  const isHome = origin === home;
  const [first, second] = candidates(path, paths);
  let prefix = first;
  const at = (input: string | URL | Request) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const rest = asked.pathname.startsWith(PACKAGE_PATH) ? asked.pathname.slice(PACKAGE_PATH.length) : asked.pathname;
    return `${origin}${prefix}${rest}${url.search || asked.search}`;
  };
  return {
    origin,
    isLocal: isLocal(url.hostname),
    isHome,
    of: (endpoint) => `${origin}${prefix}/${endpoint}`,
    fetch: async (input, init) => {
      // The packages try out by "data:," what a fetch can do.
      if (typeof input === 'string' && !/^https?:/.test(input)) return fetch(input, init);
      const response = await send(at(input), init);
      if (second === undefined || isHome || prefix !== first || response.status !== 404) return response;
      prefix = second;
      const again = await send(at(input), init);
      // A server that has the path may not have the model.
      const isThere = again.status !== 404 || (isJson(again) && !isJson(response));
      if (!isThere) prefix = first;
      const [right, wrong] = isThere ? [again, response] : [response, again];
      await wrong.body?.cancel();
      return right;
    },
  };
}

/** Paths under which the API may be, the likeliest first. @param path that the address has @param paths of an address without one */
function candidates(path: string, paths: Service['paths']): readonly [string, string?] {
  if (path === '') return paths;
  // The address of Groq is often given without the version.
  if (paths[0].startsWith(`${path}/`)) return [paths[0]];
  return /\/v\d\w*$/.test(path) ? [path] : [path, `${path}/v1`];
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('json') ?? false;
}

/** Whether a host is in the user's own network, as far as its name tells. */
function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return LOCAL.check(host, version === 6 ? 'ipv6' : 'ipv4');
  // The name of a container or of a computer next door.
  if (!host.includes('.')) return true;
  return /\.(?:local|localhost|localdomain|lan|home|internal|intranet|home\.arpa|ts\.net|docker)$/.test(host);
}
