import { onceNpmIsGone } from '#src/cli/npm-gone';
import { parseCli } from './cli/cli-options.ts';
import { UsageError } from './cli/cli-values.ts';
import { drawWaveform } from './cli/draw-waveform.ts';
import { parseFleet } from './cli/fleet-options.ts';
import { HELP } from './cli/help.ts';
import { isHotpin, parseHotpin } from './cli/hotpin-options.ts';
import { messageOf } from './cli/message-of.ts';
import { isPcmDialler, parsePcmDialler } from './cli/pcm-options.ts';
import { runDevice } from './cli/run-device.ts';
import { runFleet } from './cli/run-fleet.ts';
import { runHotpin } from './cli/run-hotpin.ts';
import { runPcm } from './cli/run-pcm.ts';
import { runWebRtcPage } from './cli/run-webrtc-page.ts';
import { runXiaozhi } from './cli/run-xiaozhi.ts';
import { isWebRtc, parseWebRtc } from './cli/webrtc-options.ts';
import { isXiaozhi, parseXiaozhi } from './cli/xiaozhi-options.ts';
import { listAudio } from './sound/find-card.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs until a signal; resolves with the exit code. */
async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'waveform') {
    await drawWaveform(args.slice(1), print);
    return 0;
  }
  if (args.includes('--list-audio')) {
    process.stdout.write(await listAudio());
    return 0;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    onceNpmIsGone(resolve);
  });
  if (isPcmDialler(args)) {
    const device = parsePcmDialler(args);
    if (device) await runPcm(device, stopped, print);
    else process.stdout.write(HELP);
    return 0;
  }
  if (isXiaozhi(args)) {
    const device = parseXiaozhi(args);
    if (device) await runXiaozhi(device, stopped, print);
    else process.stdout.write(HELP);
    return 0;
  }
  if (isHotpin(args)) {
    const pin = parseHotpin(args);
    if (pin) await runHotpin(pin, stopped, print);
    else process.stdout.write(HELP);
    return 0;
  }
  if (args.some((arg) => arg.startsWith('--fleet'))) return runFleet(parseFleet(args), stopped, print);
  const webRtc = isWebRtc(args) ? parseWebRtc(args, process.env) : undefined;
  if (webRtc?.sound === 'page') {
    await runWebRtcPage(webRtc, stopped, print);
    return 0;
  }
  const options = isWebRtc(args) ? webRtc : parseCli(args);
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  await runDevice(options, stopped, print);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`device-sim: ${messageOf(error)}\n`);
    if (error instanceof UsageError) process.stderr.write('Try --help.\n');
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
