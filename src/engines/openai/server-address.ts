import { BlockList, isIP } from 'node:net';

/** Where Groq is. */
const GROQ_ADDRESS = 'https://api.groq.com';

/** The path under which Groq has its API, and all that groq-sdk asks for. */
const GROQ_PATH = '/openai/v1';

/** The path under which other servers have theirs. */
const USUAL_PATH = '/v1';

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
  /** For groq-sdk, which adds its own path. */
  readonly base: string;
  /** Whether it is in the user's own network: such a server needs no key. */
  readonly isLocal: boolean;
  /** The fetch of groq-sdk, which turns its addresses into those of this server. */
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Understands the address of a server: `http://host:11434/v1` is the address to which `/chat/completions` is added, as everywhere;
 * one without a path is Groq's with `/openai/v1`, or, where that is not found, a server that has its API under `/v1`. Slashes at
 * the end count for nothing.
 * @param given default: Groq's own
 */
export function serverAddress(given = GROQ_ADDRESS): ServerAddress {
  const url = new URL(given);
  const path = url.pathname.replace(/\/+(?:chat\/completions|audio\/(?:speech|transcriptions))?\/*$/, '');
  const base = url.origin;
  const isBare = path === '';
  let prefix = isBare || path === '/openai' ? GROQ_PATH : path;
  const at = (input: string | URL | Request) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const rest = asked.pathname.startsWith(GROQ_PATH) ? asked.pathname.slice(GROQ_PATH.length) : asked.pathname;
    return `${base}${prefix}${rest}${url.search || asked.search}`;
  };
  return {
    base,
    isLocal: isLocal(url.hostname),
    fetch: async (input, init) => {
      const response = await fetch(at(input), init);
      if (!isBare || base === GROQ_ADDRESS || prefix !== GROQ_PATH || response.status !== 404) return response;
      prefix = USUAL_PATH;
      const again = await fetch(at(input), init);
      // A server that has the path may not have the model.
      const isThere = again.status !== 404 || (isJson(again) && !isJson(response));
      if (!isThere) prefix = GROQ_PATH;
      const [right, wrong] = isThere ? [again, response] : [response, again];
      await wrong.body?.cancel();
      return right;
    },
  };
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
