import { startPageServer } from '../web/page-server.ts';
import type { WebRtcCliOptions } from './webrtc-options.ts';

/** Serves a page that is a device of its own, whose browser asks the hub, until `stopped`. Throws what keeps it from listening. */
export async function runWebRtcPage(
  { hub, web }: WebRtcCliOptions,
  stopped: Promise<void>,
  print: (line: string) => void,
): Promise<void> {
  const server = await startPageServer({ ...web, onPage: (socket) => socket.close() });
  const query = new URLSearchParams({ hub: hub.url, device: hub.deviceId });
  for (const url of server.urls) {
    print(`Talk at ${new URL(`/webrtc?${query}`, url)}`);
    print(`  the hub needs WEBRTC_ORIGINS=${new URL(url).origin}`);
  }
  await stopped;
  await server.close();
}
