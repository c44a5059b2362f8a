import type { SayRequest, SayResult } from '../conversation/proactive/requests.ts';
import type { Fleet, SpeechRefusal } from '../fleet/fleet.ts';

/**
 * Has a device say something once it is there; one that is not connected is waited for.
 * @param seconds how long it is waited for; 0: not at all
 * @returns at once, or after the wait, why the device cannot; otherwise what became of it
 */
export function sayOnceThere(
  fleet: Fleet,
  name: string,
  request: SayRequest,
  seconds: number,
): SpeechRefusal | Promise<SayResult | SpeechRefusal> {
  if (seconds === 0 || !isAway(fleet, name)) return fleet.say(name, request);
  const later = async () => {
    await onceThere(fleet, name, seconds);
    return fleet.say(name, request);
  };
  return later();
}

/** Waits for a device that is not connected; what is then asked of it tells whether it is. @param seconds 0: not at all */
export async function onceThere(fleet: Fleet, name: string, seconds: number): Promise<void> {
  if (seconds > 0) await fleet.whenReady(name, seconds * 1_000);
}

/** Whether a device could come, but is not there. */
export function isAway(fleet: Fleet, name: string): boolean {
  const state = fleet.get(name)?.state;
  return state !== undefined && state !== 'ready' && state !== 'disabled' && state !== 'misconfigured';
}
