import { execFile } from 'node:child_process';
import { CommandCard } from './command-card.ts';
import { DecibriCard, decibriDevices } from './decibri-card.ts';
import type { SoundCard, SoundChoice, SoundListener, SoundRates } from './sound-card.ts';
import { SOUND_COMMANDS } from './sound-commands.ts';

/** A sound card was looked for. */
export interface FoundCard {
  /** Undefined when nothing worked. */
  readonly card: SoundCard | undefined;
  /** What was tried and failed, and why. */
  readonly tried: readonly string[];
}

/** The ways to a sound card, in the order in which they are tried. */
export function soundCards(choice: SoundChoice): SoundCard[] {
  return [new DecibriCard(choice), ...SOUND_COMMANDS.map((commands) => new CommandCard(commands, choice))];
}

/** Takes the first card that records and plays. Each is opened for a moment to know that. */
export async function findCard(cards: readonly SoundCard[], rates: SoundRates): Promise<FoundCard> {
  const tried: string[] = [];
  const deaf: SoundListener = { heard: () => {}, failed: () => {} };
  for (const card of cards) {
    try {
      await card.open(rates, deaf);
      card.close();
      return { card, tried };
    } catch (error) {
      tried.push(`${card.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { card: undefined, tried };
}

/** The microphones and loudspeakers of this machine, as text for `--list-audio`. */
export async function listAudio(): Promise<string> {
  const lines: string[] = [];
  try {
    const { inputs, outputs } = await decibriDevices();
    const list = (names: readonly string[]) => (names.length === 0 ? ['  none'] : names.map((name) => `  ${name}`));
    lines.push('decibri, --input:', ...list(inputs), 'decibri, --output:', ...list(outputs));
  } catch (error) {
    lines.push(`decibri: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const [program = '', ...args] of SOUND_COMMANDS.flatMap(({ list }) => list)) {
    lines.push(`${[program, ...args].join(' ')}:`, ...(await outputOf(program, args)));
  }
  return `${lines.join('\n')}\n`;
}

function outputOf(program: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 5000 }, (error, stdout, stderr) => {
      if (error && 'code' in error && error.code === 'ENOENT') resolve(['  not installed']);
      else
        resolve(
          (stdout + stderr)
            .trim()
            .split('\n')
            .map((line) => `  ${line}`),
        );
    });
  });
}
