import { z } from 'zod';
import { callDevice } from './device-calls.ts';
import { defineMcpTool, type McpTool } from './mcp-tool.ts';
import { colorsSchema, type StripOrders, stripTool } from './strip-tools.ts';

/**
 * Names under which the gateway of stackchan robots (kisaragi-mochi/stackchan-mcp 0.9) gives out functions of the robot, by the
 * robot's own name: its users find the same ones here.
 */
const GATEWAY_NAMES: Readonly<Record<string, string>> = {
  'self.get_device_status': 'get_device_info',
  'self.audio_speaker.set_volume': 'set_volume',
  'self.screen.set_brightness': 'set_brightness',
  'self.power.set_charge_protection': 'set_charge_protection',
  'self.power.get_charge_protection': 'get_charge_protection',
  'self.power.set_charge_thresholds': 'set_charge_thresholds',
  'self.robot.get_head_angles': 'get_head_angles',
  'self.robot.get_touch_sensor_enabled': 'get_touch_sensor_enabled',
  'self.robot.set_touch_sensor_enabled': 'set_touch_sensor_enabled',
  'self.robot.set_servo_torque': 'set_servo_torque',
  'self.robot.set_auto_torque_release': 'set_auto_torque_release',
  'self.robot.gpio_test': 'gpio_test',
  'self.robot.uart_diag': 'uart_diag',
  'self.robot.check_vm_en': 'check_vm_en',
  'self.display.set_avatar': 'set_avatar',
  'self.display.set_mouth': 'set_mouth',
  'self.display.set_blink': 'set_blink',
  'self.touch.get_touch_state': 'get_touch_state',
  'self.led.set_color': 'set_led',
  'self.led.set_all': 'set_all_leds',
  'self.led.clear': 'clear_leds',
  'self.i2c.scan': 'i2c_scan',
  'self.i2c.read': 'i2c_read',
  'self.i2c.write': 'i2c_write',
  'self.i2c.write_read': 'i2c_write_read',
  ...Object.fromEntries(
    ['b', 'c'].flatMap((port) =>
      ['refresh', 'clear'].map((name) => [`self.port_${port}.ws2812.${name}`, `port_${port}_ws2812_${name}`]),
    ),
  ),
};

/** The gateway's name of a function whose arguments it passes on as they are; undefined: it has none. */
export function gatewayName(deviceTool: string): string | undefined {
  return Object.hasOwn(GATEWAY_NAMES, deviceTool) ? GATEWAY_NAMES[deviceTool] : undefined;
}

/** Degrees a second, by the gateway's words. */
const SPEEDS = { low: 30, mid: 120, high: 240 } as const;
const MAX_SPEED = 10_000;

/** Functions that the gateway takes other arguments for than the robot does: by the robot's name. */
const TRANSLATED: Readonly<Record<string, (device: string) => McpTool>> = {
  'self.robot.set_head_angles': (device) =>
    defineMcpTool({
      name: 'move_head',
      description: 'Moves the head to angles in degrees: yaw to the side, pitch up.',
      parameters: z.object({
        yaw: z.int().min(-90).max(90),
        pitch: z.int().min(5).max(85),
        speed: z
          .union([z.enum(['low', 'mid', 'high']), z.int().min(1).max(MAX_SPEED)])
          .optional()
          .meta({ description: 'How fast: low 30, mid 120, high 240 degrees a second, or a number of them.' }),
      }),
      run: ({ yaw, pitch, speed }, backend) => {
        const speed_dps = typeof speed === 'string' ? SPEEDS[speed] : speed;
        return callDevice(backend, device, 'self.robot.set_head_angles', {
          yaw,
          pitch,
          ...(speed_dps === undefined ? {} : { speed_dps }),
        });
      },
    }),
  'self.display.set_mouth_sequence': (device) =>
    defineMcpTool({
      name: 'set_mouth_sequence',
      description: 'Moves the mouth of the face through shapes, each for a time.',
      parameters: z.object({
        steps: z
          .array(
            z.object({
              shape: z.enum(['closed', 'half', 'open', 'e', 'u']),
              duration_ms: z.int().min(10).max(10_000),
            }),
          )
          .min(1)
          .max(256),
      }),
      run: ({ steps }, backend) =>
        callDevice(backend, device, 'self.display.set_mouth_sequence', { steps_json: JSON.stringify(steps) }),
    }),
  'self.led.set_many': (device) =>
    defineMcpTool({
      name: 'set_leds',
      description: 'Sets the colors of several lights, in their order.',
      parameters: z.object({ colors: colorsSchema }),
      run: ({ colors }, backend) =>
        callDevice(backend, device, 'self.led.set_many', { colors: JSON.stringify(colors) }),
    }),
};

/** The gateway's function in place of one of the robot's that takes other arguments; undefined: there is none. */
export function translatedTool(device: string, deviceTool: string, orders: StripOrders): McpTool | undefined {
  const translated = Object.hasOwn(TRANSLATED, deviceTool) ? TRANSLATED[deviceTool] : undefined;
  return translated?.(device) ?? stripTool(device, deviceTool, orders);
}
