import { z } from 'zod';
import type { DeviceTone } from '../../protocols/protocol.ts';
import { defineTool, type Tool } from './tool.ts';

/** The function `play_tone`. */
export function playToneTool(play: (tone: DeviceTone) => void): Tool {
  return defineTool({
    name: 'play_tone',
    description:
      'Plays a short sound on the device. Use it only when the user asks for a sound, or in a game: "done" for a right ' +
      'answer, "error" for a wrong one, "wake" to call for attention.',
    parameters: z.object({ tone: z.enum(['wake', 'done', 'error']).nullish() }),
    run: ({ tone }) => {
      play(tone ?? 'done');
      return 'The sound was played.';
    },
  });
}
