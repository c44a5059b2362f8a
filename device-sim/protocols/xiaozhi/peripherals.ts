/** The faces of a stackchan. */
const FACES = ['idle', 'happy', 'thinking', 'sad', 'surprised', 'embarrassed'];

/** What one can see of a device without a screen: its head, its light, its volume, its face, and the pictures that it took. */
export class Peripherals {
  /** Degrees. */
  head = { yaw: 0, pitch: 0 };
  led = '#000000';
  face = 'idle';
  /** 0 .. 100. */
  volume = 70;
  /** Questions that pictures were taken for. */
  readonly pictures: string[] = [];
  reboots = 0;
  /** The face that it was given; undefined: its own. */
  avatarSet: { readonly mode: string; readonly checksum: string } | undefined;
}

/** A function of a simulated device. */
export interface SimTool {
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly isUserOnly?: boolean;
  run(args: Readonly<Record<string, unknown>>): Promise<string> | string;
}

/** A number between two others, or an Error in the words of firmware. */
function numberIn(args: Readonly<Record<string, unknown>>, key: string, min: number, max: number): number {
  const value = args[key];
  if (typeof value !== 'number' || value < min || value > max) throw new Error(`Value is out of range for ${key}`);
  return value;
}

/** The functions that move the peripherals. @param takePicture uploads a picture; resolves with the answer of the backend */
export function simTools(parts: Peripherals, takePicture: (question: string) => Promise<string>): SimTool[] {
  const integer = (min: number, max: number) => ({ type: 'integer', minimum: min, maximum: max });
  return [
    {
      name: 'self.get_device_status',
      description: 'Volume, head, light and face of the device.',
      properties: {},
      run: () => JSON.stringify({ volume: parts.volume, head: parts.head, led: parts.led, face: parts.face }),
    },
    {
      name: 'self.audio_speaker.set_volume',
      description: 'Set the volume of the loudspeaker.',
      properties: { volume: integer(0, 100) },
      run: (args) => {
        parts.volume = numberIn(args, 'volume', 0, 100);
        return 'true';
      },
    },
    {
      name: 'self.robot.set_head_angles',
      description: 'Turn the head: yaw to the left is negative, pitch up is positive.',
      properties: { yaw: integer(-90, 90), pitch: integer(-30, 60) },
      run: (args) => {
        parts.head = { yaw: numberIn(args, 'yaw', -90, 90), pitch: numberIn(args, 'pitch', -30, 60) };
        return 'true';
      },
    },
    {
      name: 'self.led.set_color',
      description: 'Set the colour of the light, as #rrggbb.',
      properties: { color: { type: 'string' } },
      run: (args) => {
        if (typeof args.color !== 'string' || !/^#[0-9a-f]{6}$/i.test(args.color)) throw new Error('Invalid color');
        parts.led = args.color;
        return 'true';
      },
    },
    {
      name: 'self.display.set_avatar',
      description: 'Show a face.',
      properties: { face: { type: 'string', enum: FACES } },
      run: (args) => {
        const face = FACES.find((name) => name === args.face);
        if (face === undefined) throw new Error('Unknown face');
        parts.face = face;
        return 'true';
      },
    },
    {
      name: 'self.camera.take_photo',
      description: 'Take a photo and answer a question about it.',
      properties: { question: { type: 'string' } },
      run: async (args) => {
        const question = String(args.question ?? '');
        const answer = await takePicture(question);
        parts.pictures.push(question);
        return answer;
      },
    },
    {
      name: 'self.reboot',
      description: 'Reboot the system.',
      properties: {},
      isUserOnly: true,
      run: () => {
        parts.reboots += 1;
        return 'true';
      },
    },
  ];
}
