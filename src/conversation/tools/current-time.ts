import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { timeZoneName } from '../../core/time-zone.ts';
import { defineTool, type Tool } from './tool.ts';
import { toolError } from './tool-result.ts';

/** The function `current_time`. @param timeZone IANA name; undefined: that of this machine */
export function currentTimeTool(clock: Clock, timeZone: string | undefined): Tool {
  return defineTool({
    name: 'current_time',
    description: 'Tells the date, the time of day and the time zone, here or in another time zone.',
    parameters: z.object({
      time_zone: z.string().max(64).nullish().meta({
        description: 'IANA name such as "Asia/Tokyo", for the time elsewhere. Leave it out for the time here.',
      }),
    }),
    run: ({ time_zone: elsewhere }) => {
      const zone = elsewhere?.trim() || timeZone;
      let format: Intl.DateTimeFormat;
      try {
        format = new Intl.DateTimeFormat('en-GB', {
          dateStyle: 'full',
          timeStyle: 'short',
          ...(zone === undefined ? {} : { timeZone: zone }),
        });
      } catch {
        return toolError('there is no such time zone: give an IANA name such as "Europe/Paris".');
      }
      const now = clock.wallNow();
      return `${format.format(now)}, time zone ${timeZoneName(format, now)}.`;
    },
  });
}
