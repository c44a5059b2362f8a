/** A program of the operating system that records or plays raw s16 mono. */
export interface SoundCommand {
  readonly program: string;
  /** @param help what the program prints for `--help`, which differs from version to version */
  args(rate: number, device: string | undefined, help: string): readonly string[];
  /** Environment by which the program is told its device. */
  env?(device: string | undefined): Readonly<Record<string, string>>;
}

/** A pair of programs. */
export interface SoundCommands {
  readonly record: SoundCommand;
  readonly play: SoundCommand;
  /** Lists the devices. */
  readonly list: readonly (readonly string[])[];
}

const given = <T>(device: string | undefined, args: (device: string) => T[]): T[] =>
  device === undefined ? [] : args(device);

const pwCat = (mode: '--record' | '--playback'): SoundCommand => ({
  program: 'pw-cat',
  args: (rate, device, help) => [
    mode,
    ...['--rate', String(rate), '--channels', '1', '--format', 's16', '--latency', '40ms'],
    ...given(device, (name) => ['--target', name]),
    // Since PipeWire 1.2 "-" alone means .au with a header; before it, raw samples, and the option is not known.
    ...(help.includes('--raw') ? ['--raw'] : []),
    '-',
  ],
});

const pulse = (program: 'parec' | 'pacat'): SoundCommand => ({
  program,
  args: (rate, device) => [
    ...['--raw', '--format=s16le', '--channels=1', `--rate=${rate}`, '--latency-msec=40'],
    ...given(device, (name) => [`--device=${name}`]),
  ],
});

const alsa = (program: 'arecord' | 'aplay'): SoundCommand => ({
  program,
  args: (rate, device) => [
    ...['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(rate), '--buffer-time=200000'],
    ...given(device, (name) => ['-D', name]),
  ],
});

const soxFormat = (rate: number) => ['-t', 'raw', '-r', String(rate), '-e', 'signed', '-b', '16', '-c', '1', '-'];
const soxEnv = (device: string | undefined): Record<string, string> =>
  device === undefined ? {} : { AUDIODEV: device };

/** In the order in which they are tried: PipeWire, PulseAudio, ALSA, SoX (which macOS users have from Homebrew). */
export const SOUND_COMMANDS: readonly SoundCommands[] = [
  { record: pwCat('--record'), play: pwCat('--playback'), list: [['wpctl', 'status']] },
  {
    record: pulse('parec'),
    play: pulse('pacat'),
    list: [
      ['pactl', 'list', 'short', 'sources'],
      ['pactl', 'list', 'short', 'sinks'],
    ],
  },
  {
    record: alsa('arecord'),
    play: alsa('aplay'),
    list: [
      ['arecord', '-l'],
      ['aplay', '-l'],
    ],
  },
  {
    record: {
      program: 'sox',
      args: (rate) => ['-q', '--buffer', '1024', '-d', ...soxFormat(rate)],
      env: soxEnv,
    },
    play: { program: 'sox', args: (rate) => ['-q', '--buffer', '1024', ...soxFormat(rate), '-d'], env: soxEnv },
    list: [],
  },
];
