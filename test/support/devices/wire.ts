import { onTestFinished } from 'vitest';
import { loadOpusCodec, type OpusCodecName } from '#src/audio/opus/opus-codec';
import type { DeviceSession } from '#src/protocols/protocol';
import { createProtocols } from '#src/protocols/registry';
import type { Link } from '#src/transport/link';
import { dialWebSocket } from '#src/transport/websocket/websocket-dial';
import { deviceConfig } from './devices.ts';
import { FakeListener } from './fake-link.ts';
import { RawDevice } from './raw-device.ts';

/** A session of ours with a device, over a real socket, and nothing behind it. */
export interface Wire {
  readonly device: RawDevice;
  readonly session: DeviceSession;
  /** What the session has told. */
  readonly listener: FakeListener;
  readonly link: Link;
}

/** Opens a session with a {@link RawDevice} for the length of a test. @param entry as in devices.json */
export async function openWire(
  entry: Readonly<Record<string, unknown>> = {},
  codecName?: OpusCodecName,
): Promise<Wire> {
  const device = await RawDevice.start();
  const listener = new FakeListener();
  const config = deviceConfig({ host: '127.0.0.1', port: device.port, ...entry });
  const codec = await loadOpusCodec(codecName);
  const protocol = createProtocols({ codec, random: Math.random }).get(config.protocol);
  if (!protocol) throw new Error(`no protocol ${config.protocol}`);
  let session: DeviceSession | undefined;
  let link: Link | undefined;
  await new Promise<void>((opened, failed) => {
    const target = {
      url: `ws://127.0.0.1:${device.port}${protocol.defaultPath}`,
      subprotocols: protocol.subprotocols,
      options: {},
    };
    link = dialWebSocket(
      target,
      {
        opened,
        text: (text) => session?.receiveText(text),
        bytes: (bytes) => session?.receiveBinary(bytes),
        alive: () => {},
        closed: ({ message }) => failed(new Error(message)),
      },
      Date.now,
    );
  });
  if (!link) throw new Error('no link');
  session = await protocol.open(link, config, listener);
  onTestFinished(() => {
    session?.close();
    link?.close('done');
  });
  return { device, session, listener, link };
}
