import { expect, it } from 'vitest';
import { ownArchives } from './archives.ts';
import type { Backend } from './backend.ts';
import { oneDeviceTools } from './one-device-tools.ts';
import { StripOrders } from './strip-tools.ts';

/** The functions of a device whose own are called so, with what they were called with. */
async function toolsOf(...functions: string[]) {
  const called: unknown[] = [];
  const backend: Backend = {
    get: async () => ({
      tools: functions.map((name) => ({ name, description: '', parameters: { type: 'object' }, audience: 'model' })),
    }),
    post: async (path, body) => {
      called.push([decodeURIComponent(path.split('/').at(-1) ?? ''), (body as { arguments: unknown }).arguments]);
      return { content: [{ type: 'text', text: 'true' }], is_error: false };
    },
    upload: async () => ({}),
  };
  const orders = new StripOrders();
  const tools = await oneDeviceTools({
    backend,
    device: 'robot',
    archives: ownArchives(),
    orders,
    taken: ['say', 'take_photo'],
  });
  const call = async (name: string, args: Readonly<Record<string, unknown>> = {}) => {
    const tool = tools.find(({ spec }) => spec.name === name);
    const result = await tool?.run(args, backend);
    return result?.isError === true ? 'refused' : called.at(-1);
  };
  return { names: tools.map(({ spec }) => spec.name), call };
}

it.each([
  ['self.get_device_status', 'get_device_info'],
  ['self.robot.get_head_angles', 'get_head_angles'],
  ['self.robot.gpio_test', 'gpio_test'],
  ['self.robot.uart_diag', 'uart_diag'],
  ['self.robot.check_vm_en', 'check_vm_en'],
  ['self.touch.get_touch_state', 'get_touch_state'],
  ['self.led.clear', 'clear_leds'],
  ['self.port_b.ws2812.refresh', 'port_b_ws2812_refresh'],
  ['self.power.off', 'self_power_off'],
  ['self.灯.打开', 'self_____'],
])('%s is %s', async (own, name) => {
  const { names, call } = await toolsOf(own);
  expect(names).toEqual([name]);
  expect(await call(name, { x: 1 })).toEqual([own, { x: 1 }]);
});

it('functions whose names clash are all there', async () => {
  const { names, call } = await toolsOf('self.a.b', 'self.a_b', 'say', 'self.led.clear', 'clear_leds', 'constructor');
  expect(names).toEqual(['self_a_b', 'self_a_b_2', 'say_2', 'clear_leds', 'clear_leds_2', 'constructor']);
  expect(await call('self_a_b')).toEqual(['self.a.b', {}]);
  expect(await call('self_a_b_2')).toEqual(['self.a_b', {}]);
  expect(await call('say_2')).toEqual(['say', {}]);
});

it('the camera is a tool of the fleet; a robot with a face can be given another', async () => {
  expect((await toolsOf('self.camera.take_photo')).names).toEqual([]);
  expect((await toolsOf('self.display.set_avatar')).names).toEqual(['set_avatar', 'load_avatar_set']);
});

it.each(['b', 'c'])('colors of a strip at port %s go in the order that it takes', async (port) => {
  const own = (what: string) => `self.port_${port}.ws2812.${what}`;
  const name = (what: string) => `port_${port}_ws2812_${what}`;
  const { names, call } = await toolsOf(own('init'), own('set_pixel'), own('set_strip'));
  expect(names).toEqual([name('init'), name('set_pixel'), name('set_strip')]);
  const pixel = () => call(name('set_pixel'), { index: 3, r: 1, g: 2, b: 3 });
  const strip = () =>
    call(name('set_strip'), {
      colors: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
  expect(await pixel()).toEqual([own('set_pixel'), { index: 3, r: 1, g: 2, b: 3, refresh: false }]);
  // The robot is not told the order: it knows one.
  expect(await call(name('init'), { led_count: 8, color_order: 'rgb' })).toEqual([own('init'), { led_count: 8 }]);
  expect(await pixel()).toEqual([own('set_pixel'), { index: 3, r: 2, g: 1, b: 3, refresh: false }]);
  expect(await strip()).toEqual([own('set_strip'), { colors: '[[2,1,3],[5,4,6]]' }]);
  await call(name('init'), { led_count: 8 });
  expect(await strip()).toEqual([own('set_strip'), { colors: '[[1,2,3],[4,5,6]]' }]);
  expect(await call(name('init'), { led_count: 8, color_order: 'bgr' })).toBe('refused');
  expect(await call(name('set_pixel'), { index: 256, r: 1, g: 2, b: 3 })).toBe('refused');
  expect(await call(name('set_strip'), { colors: [[1, 2]] })).toBe('refused');
});
