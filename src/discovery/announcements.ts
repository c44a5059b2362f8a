import type { Announcement } from './announced-records.ts';

/** What is announced of this backend. */
export interface Announced {
  readonly name: string;
  readonly hotpinName: string;
  readonly version: string;
  /** The REST API, if other machines reach it. */
  readonly restPort: number | undefined;
  /** Where devices dial in, if they can. */
  readonly listener: { readonly port: number; readonly isSecure: boolean } | undefined;
  /** HotPin devices that dial in: how many there are, and whether one of them has a token. */
  readonly hotpin: { readonly count: number; readonly needsToken: boolean };
}

/** The path at which HotPin devices dial in. */
const HOTPIN_PATH = '/ws';

/** The services of this backend. None: no other machine can reach it. */
export function announcements(announced: Announced): readonly Announcement[] {
  const { name, hotpinName, version, restPort, listener, hotpin } = announced;
  const port = listener?.port ?? restPort;
  if (port === undefined) return [];
  const own: Announcement = {
    type: 'dialtone',
    name,
    port,
    txt: {
      version,
      ...(restPort === undefined ? {} : { rest_port: String(restPort) }),
      ...(listener ? { listen_port: String(listener.port), tls: String(listener.isSecure) } : {}),
    },
  };
  if (!listener || hotpin.count === 0) return [own];
  const txt = {
    path: HOTPIN_PATH,
    tls: String(listener.isSecure),
    token_required: String(hotpin.needsToken),
  };
  return [own, { type: 'hotpin', name: hotpinName, port: listener.port, txt }];
}
