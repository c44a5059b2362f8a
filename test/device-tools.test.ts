import { expect, it } from 'vitest';
import { engineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm, LlmDelta, LlmOptions } from '#src/engines/llm';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const LED = {
  name: 'set_led_color',
  description: 'Sets the color of the light.',
  parameters: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
};

const robot = {
  name: 'robot',
  protocol: 'pcm',
  direction: 'accept',
  id: 'robot',
  greeting: false,
  long_silence: false,
  idle_timeout: false,
  commands: [LED, 'reboot'],
};

/** A model that makes the light green and tells what came of it. */
class Painter implements Llm {
  readonly id = 'painter';
  readonly asked: { readonly messages: readonly ChatMessage[]; readonly offered: readonly string[] }[] = [];

  reply(messages: readonly ChatMessage[], { tools = [] }: LlmOptions) {
    this.asked.push({ messages, offered: tools.map(({ name }) => name) });
    const last = messages.at(-1);
    const delta: LlmDelta =
      last?.role === 'tool'
        ? { type: 'token', text: 'The light is green.' }
        : { type: 'tool_call', call: { id: 'a', name: 'set_led_color', arguments: '{"color": "green"}' } };
    return engineCall(
      (async function* () {
        yield delta;
      })(),
      this.id,
      { images: false, tools: true },
    );
  }

  async close(): Promise<void> {}
}

it('a device that dials in has its functions called: by the language model amid a turn, and by its owner', async () => {
  const time = new VirtualTime();
  const llm = new Painter();
  const { app, all } = await startBackend([], {
    time,
    llm,
    env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' },
    more: [robot],
  });
  const device = await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot'));
  await time.until(() => app.fleet.get('robot')?.state === 'ready');

  await time.during(device.speak(demoSample('01.wav').samples, time.clock));
  await time.until(() => all('turn.ended').length === 1);
  expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', answer: 'The light is green.' });
  expect(llm.asked[0]?.offered).toContain('set_led_color');
  expect(llm.asked[0]?.offered).not.toContain('reboot');
  expect(llm.asked.at(-1)?.messages.at(-1)).toMatchObject({ content: '"set_led_color" was sent to the device.' });
  expect(device.of('server_command')).toEqual([{ command: 'set_led_color', color: 'green' }]);
  expect(all('tool.call')).toMatchObject([{ turn: 1, tool: 'set_led_color', ok: true }]);

  const send = (path: string, body: unknown) =>
    fetch(`${app.url}/v1/devices/robot/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await send('command', { command: 'reboot', delay: 5 })).status).toBe(202);
  expect((await send('command', { command: 'erase' })).status).toBe(403);
  expect((await send('tools/set_led_color', { arguments: {} })).status).toBe(422);
  expect((await send('tools/set_led_color', { arguments: { color: 'red' } })).status).toBe(200);
  await time.until(() => device.of('server_command').length === 3);
  expect(device.of('server_command').slice(1)).toEqual([
    { command: 'reboot', delay: 5 },
    { command: 'set_led_color', color: 'red' },
  ]);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toContain('dialtone_tool_call_seconds_count{outcome="ok"} 3');
  expect(metrics).toContain('dialtone_tool_call_seconds_count{outcome="failed"} 2');

  device.socket.close();
  await time.until(() => app.fleet.get('robot')?.state === 'waiting');
  expect((await send('command', { command: 'reboot' })).status).toBe(409);
});
