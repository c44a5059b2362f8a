import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeviceKind, DeviceKinds } from './device-kind.ts';
import { parseDevices } from './devices-file.ts';
import { editorSchemaFor } from './devices-schema.ts';

// Kinds that no protocol is: this folder knows none by name.

const lamp: DeviceKind = {
  id: 'lamp',
  description: 'shines.',
  directions: ['dial'],
  defaultPort: 1,
  defaultPath: '/lamp',
  defaultDuplex: 'full',
  defaultAheadMs: 300,
  hasButton: false,
  fields: { colour: z.enum(['red', 'green']).default('red').meta({ description: 'Colour.' }) },
};
const bell: DeviceKind = {
  id: 'bell',
  description: 'rings.',
  directions: ['dial'],
  defaultPort: 2,
  defaultPath: '/',
  defaultDuplex: 'half',
  defaultAheadMs: 100,
  hasButton: true,
  fields: { secret: z.string().min(3).meta({ description: 'Its secret.' }) },
};
const KINDS: DeviceKinds = [lamp, bell];

const read = (entry: Readonly<Record<string, unknown>>) =>
  parseDevices(JSON.stringify({ devices: [{ name: 'a', host: '10.0.0.1', ...entry }] }), 'd.json', { kinds: KINDS })
    .devices[0];

describe('devices of several kinds', () => {
  it('have the defaults of their kind', () => {
    expect(read({})).toMatchObject({
      protocol: 'lamp',
      port: 1,
      options: { colour: 'red' },
      conversation: { duplex: 'full' },
    });
    expect(read({ protocol: 'bell', secret: 'abc' })).toMatchObject({
      port: 2,
      options: { secret: 'abc' },
      conversation: { duplex: 'half' },
    });
  });

  it('need what their kind needs, and not what another needs', () => {
    expect(() => read({ protocol: 'bell' })).toThrow('devices[0].secret: missing; expected a string');
    expect(() => read({ protocol: 'bell', secret: 'abc', colour: 'blue' })).toThrow(
      'devices[0].colour: expected one of "red", "green"; found "blue"',
    );
    expect(read({ secret: 'abc' })?.options).toEqual({ colour: 'red', secret: 'abc' });
  });

  it('are described for an editor together: what differs has no default there', () => {
    const schema = z.toJSONSchema(editorSchemaFor(KINDS), { io: 'input', target: 'draft-7' });
    const { Device } = schema.definitions as {
      Device: { properties: Record<string, Record<string, unknown>>; required: string[] };
    };
    expect(Device.required).toEqual(['name', 'host']);
    const { protocol, port, duplex, colour, path, activation } = Device.properties;
    expect(protocol).toMatchObject({
      default: 'lamp',
      enum: ['lamp', 'bell'],
      description: '"lamp": shines. "bell": rings.',
    });
    expect([port, duplex]).not.toContainEqual(expect.objectContaining({ default: expect.anything() }));
    expect(duplex?.description).toContain('Default: "full" for "lamp", "half" for "bell".');
    expect(path?.description).toContain('Default: /lamp for "lamp", / for "bell".');
    expect(activation?.description).toContain('a press of the button ("bell")');
    expect(colour).toMatchObject({ default: 'red', enum: ['red', 'green'] });
  });
});
