import { z } from 'zod';
import { defineTool, type Tool } from './tool.ts';
import { toolError } from './tool-result.ts';

/** "Louder" starts from here while the volume was never set: no protocol of ours tells it. */
const ASSUMED_PERCENT = 50;

/** The volume of one device. */
export interface VolumeControl {
  /** 0 .. 100 as last set; undefined: it was not. */
  readonly percent: number | undefined;
  set(percent: number): void;
}

/** The function `set_volume`. */
export function setVolumeTool(volume: VolumeControl): Tool {
  return defineTool({
    name: 'set_volume',
    description:
      'Sets the volume of the device. Give "percent" for a certain volume, or "change" to make it louder or quieter; ' +
      '20 is a change that is heard.',
    parameters: z.object({
      percent: points(0, 100).meta({ description: '0 is silent, 100 the loudest.' }),
      change: points(-100, 100).meta({ description: 'Percent points to add to the volume; negative: quieter.' }),
    }),
    run: ({ percent, change }) => {
      const changed = typeof change === 'number' ? (volume.percent ?? ASSUMED_PERCENT) + change : undefined;
      const wanted = percent ?? changed;
      if (wanted === undefined) return toolError('give "percent" or "change".');
      const next = Math.min(100, Math.max(0, wanted));
      volume.set(next);
      return `The volume is now ${next} percent.`;
    },
  });
}

/** Models write `null`, an empty text or a number in quotes where they should write a number or nothing. */
function points(min: number, max: number) {
  return z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    return value.trim() === '' ? null : Number(value);
  }, z.int().min(min).max(max).nullish());
}
