import { z } from 'zod';
import type { DeviceReport } from '../view.ts';
import { defineTool, type Tool } from './tool.ts';

/** What is known of a device at the moment of a call. */
export interface DeviceFacts {
  readonly name: string;
  /** How long the line has been up. */
  readonly connectedMs: number;
  /** What the device last said of itself; null: nothing. */
  readonly reported: DeviceReport | null;
  /** 0 .. 100; undefined: not known. */
  readonly volumePercent: number | undefined;
}

/** The function `device_status`. What is not known is left out of its result. */
export function deviceStatusTool(facts: () => DeviceFacts): Tool {
  return defineTool({
    name: 'device_status',
    description:
      'Tells how the device that the user talks to is doing: its name, how long it has been running and connected, ' +
      'Wi-Fi strength, free memory, volume.',
    parameters: z.object({}),
    run: () => describe(facts()),
  });
}

function describe({ name, connectedMs, reported, volumePercent }: DeviceFacts): string {
  const { uptimeMs, wifiRssiDbm, heapFreeBytes } = reported ?? {};
  return [
    `Name: ${name}.`,
    `Connected for ${inWords(connectedMs)}.`,
    uptimeMs !== undefined && `Had been running for ${inWords(uptimeMs)} when it last reported.`,
    // Firmware without a measurement reports 0.
    wifiRssiDbm !== undefined && wifiRssiDbm < 0 && `Wi-Fi: ${strength(wifiRssiDbm)} (${Math.round(wifiRssiDbm)} dBm).`,
    heapFreeBytes !== undefined && `Free memory: ${Math.round(heapFreeBytes / 1000)} kB.`,
    volumePercent !== undefined && `Volume: ${volumePercent} percent.`,
    reported === null && 'The device has not reported anything else about itself.',
  ]
    .filter((part) => part !== false)
    .join(' ');
}

/** Usual bounds for a voice over Wi-Fi: below -67 dBm it may stutter, below -80 dBm it does. */
function strength(dbm: number): string {
  if (dbm >= -55) return 'excellent';
  if (dbm >= -67) return 'good';
  if (dbm >= -75) return 'fair';
  return dbm >= -80 ? 'weak' : 'very weak';
}

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1_000 },
] as const;

/** The two largest units of a length of time: "2 hours 5 minutes". */
function inWords(ms: number): string {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit.name}${count === 1 ? '' : 's'}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || 'less than a second';
}
