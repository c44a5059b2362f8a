import { readFile, writeFile } from 'node:fs/promises';
import { waveformPng } from '../picture/waveform-picture.ts';
import { spokenTurns } from '../recording/spoken-turns.ts';
import { parseStereoWav } from '../recording/stereo-wav.ts';
import { UsageError } from './cli-values.ts';

/** Draws a recording of both sides, and prints how long each answer took. Throws {@link UsageError}, and what `fs` throws. */
export async function drawWaveform(args: readonly string[], print: (line: string) => void): Promise<void> {
  const [from, to] = args;
  if (from === undefined || to === undefined || args.length > 2) {
    throw new UsageError('waveform takes a recording and a picture: waveform recording.wav picture.png');
  }
  const recording = parseStereoWav(await readFile(from));
  await writeFile(to, waveformPng(recording));
  const turns = spokenTurns(recording);
  for (const { userFromMs, userToMs, voiceToVoiceMs } of turns) {
    const spoke = `${seconds(userFromMs)} to ${seconds(userToMs)}`;
    print(`the user spoke from ${spoke}; the answer sounded ${Math.round(voiceToVoiceMs)} ms later`);
  }
  print(`${turns.length} ${turns.length === 1 ? 'turn' : 'turns'}; the picture is in ${to}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
