import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { int16ToPcmBytes, pcmBytesToInt16 } from '#src/audio/pcm';
import type { SoundCard, SoundChoice, SoundListener, SoundRates } from './sound-card.ts';
import type { SoundCommand, SoundCommands } from './sound-commands.ts';

/** A recorder that has given nothing after this has no microphone, milliseconds. */
const FIRST_AUDIO_MS = 3000;
/** A player that does not take its audio loses what comes beyond this, bytes: about 300 ms at 24 kHz. */
const MAX_UNPLAYED_BYTES = 16_384;
const MAX_COMPLAINT = 300;

type Recorder = ChildProcessByStdio<null, Readable, Readable>;
type Player = ChildProcessByStdio<Writable, null, Readable>;

/** The sound card as programs of the operating system give it: raw samples through their pipes. */
export class CommandCard implements SoundCard {
  readonly name: string;
  readonly #commands: SoundCommands;
  readonly #choice: SoundChoice;
  #recorder: Recorder | undefined;
  #player: Player | undefined;

  constructor(commands: SoundCommands, choice: SoundChoice) {
    const { record, play } = commands;
    this.#commands = commands;
    this.#choice = choice;
    this.name = record.program === play.program ? record.program : `${record.program} and ${play.program}`;
  }

  async open(rates: SoundRates, listener: SoundListener): Promise<void> {
    const { record, play } = this.#commands;
    const { input, output } = this.#choice;
    const help = await helpOf(record.program);
    await helpOf(play.program);
    const player: Player = start(play, rates.speaker, output, help, ['pipe', 'ignore', 'pipe']);
    this.#player = player;
    player.stdin.on('error', () => {});
    const recorder: Recorder = start(record, rates.mic, input, help, ['ignore', 'pipe', 'pipe']);
    this.#recorder = recorder;
    try {
      await opened(recorder, player, record.program, play.program);
    } catch (error) {
      this.close();
      throw error;
    }
    const failed = (program: string) => () => {
      if (this.#recorder !== recorder) return;
      this.close();
      listener.failed(new Error(`${program} ended`));
    };
    recorder.once('exit', failed(record.program));
    player.once('exit', failed(play.program));
    let odd: Buffer = Buffer.alloc(0);
    recorder.stdout.on('data', (data: Buffer) => {
      const bytes = odd.length > 0 ? Buffer.concat([odd, data]) : data;
      odd = bytes.subarray(bytes.length - (bytes.length % 2));
      listener.heard(pcmBytesToInt16(bytes).slice());
    });
  }

  play(samples: Int16Array): void {
    const stdin = this.#player?.stdin;
    if (stdin?.writable && stdin.writableLength < MAX_UNPLAYED_BYTES) stdin.write(int16ToPcmBytes(samples));
  }

  close(): void {
    const children = [this.#recorder, this.#player];
    this.#recorder = undefined;
    this.#player = undefined;
    for (const child of children) child?.kill('SIGTERM');
  }
}

/** What a program prints for `--help`. Rejects when it is not installed. */
function helpOf(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, ['--help'], { timeout: FIRST_AUDIO_MS }, (error, stdout, stderr) => {
      if (error && 'code' in error && error.code === 'ENOENT') reject(new Error(`${program} is not installed`));
      else resolve(stdout + stderr);
    });
  });
}

function start<Child>(
  command: SoundCommand,
  rate: number,
  device: string | undefined,
  help: string,
  stdio: readonly ('pipe' | 'ignore')[],
): Child {
  return spawn(command.program, command.args(rate, device, help), {
    stdio: [...stdio],
    env: { ...process.env, ...command.env?.(device) },
  }) as Child;
}

/** Resolves with the first audio; what the recorder has given by then stays in its pipe. */
function opened(recorder: Recorder, player: Player, record: string, play: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (text: string) => {
      clearTimeout(timer);
      reject(new Error(text));
    };
    const timer = setTimeout(() => fail(`${record} gave no audio within ${FIRST_AUDIO_MS / 1000} s`), FIRST_AUDIO_MS);
    recorder.stdout.once('readable', () => {
      // An end is readable too.
      if (recorder.stdout.readableLength === 0) return;
      clearTimeout(timer);
      resolve();
    });
    for (const [child, program] of [
      [recorder, record],
      [player, play],
    ] as const) {
      let complaint = '';
      child.stderr.on('data', (data: Buffer) => {
        complaint = (complaint + data.toString()).slice(0, MAX_COMPLAINT);
      });
      child.once('error', (error) => fail(`${program}: ${error.message}`));
      child.once('close', (code) => fail(`${program} ended with ${code}: ${complaint.trim() || 'no reason given'}`));
    }
  });
}
