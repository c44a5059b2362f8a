import { systemClock } from '#src/core/clock';
import type { SimEvent } from '../device/events.ts';
import type { SoundOptions } from '../device/options.ts';
import { resolveOptions } from '../device/settings.ts';
import { HalfDuplex, NO_ECHO_CONTROL } from '../sound/echo-control.ts';
import { findCard, soundCards } from '../sound/find-card.ts';
import type { SoundRates } from '../sound/sound-card.ts';
import { createWebrtcAec } from '../sound/webrtc-aec.ts';
import { PageCard } from '../web/page-card.ts';
import { startPageServer } from '../web/page-server.ts';
import { tellPage } from '../web/tell-page.ts';
import type { CliOptions } from './cli-options.ts';
import { startLevelLine } from './level-line.ts';

/** The real microphone and loudspeaker of a device. */
export interface OpenSound {
  readonly sound: SoundOptions | undefined;
  /** Shows what happens. */
  onEvent(event: SimEvent): void;
  close(): Promise<void>;
}

const NONE: OpenSound = { sound: undefined, onEvent: () => {}, close: async () => {} };

/** Opens what the command line asks for. Never fails for want of a sound card: it says what it tried. */
export async function openSound(options: CliOptions, print: (line: string) => void): Promise<OpenSound> {
  if (options.sound === 'page') return openPage(options, print);
  return options.sound === 'card' ? openCard(options, print) : NONE;
}

async function openCard(options: CliOptions, print: (line: string) => void): Promise<OpenSound> {
  const { protocol, audioFormat, hub } = options;
  const { wire } = resolveOptions({ protocol, audioFormat, ...(hub && { hub }) });
  const rates: SoundRates = { mic: wire.micFormat.sampleRate, speaker: wire.speakerRate };
  const { card, tried } = await findCard(soundCards(options.choice), rates);
  if (!card) {
    print(`${options.name}: no microphone and loudspeaker found, it goes on in silence. Tried:`);
    for (const line of tried) print(`  ${line}`);
    print('  Instead: --mic question.wav --speaker answer.wav, or --web to talk through a browser.');
    return NONE;
  }
  const echoControl = await echoControlOf(options.aec, rates);
  print(`${options.name}: microphone and loudspeaker through ${card.name}, echo: ${options.aec}`);
  const line = startLevelLine(process.stdout, systemClock);
  return {
    sound: { card, echoControl, onLevels: line.levels },
    onEvent: line.event,
    close: async () => {
      line.end();
      echoControl.free();
    },
  };
}

async function echoControlOf(aec: CliOptions['aec'], rates: SoundRates) {
  if (aec === 'webrtc') return createWebrtcAec(rates);
  return aec === 'none' ? NO_ECHO_CONTROL : new HalfDuplex(systemClock);
}

async function openPage({ name, web }: CliOptions, print: (line: string) => void): Promise<OpenSound> {
  const card = new PageCard((isThere) => print(`${name}: ${isThere ? 'a browser talks' : 'the browser has left'}`));
  const server = await startPageServer({ ...web, onPage: (socket) => card.accept(socket) });
  card.tell({ type: 'device', name, connected: false });
  print(`${name}: talk at ${server.urls.join(' or ')}`);
  return { sound: { card }, onEvent: (event) => tellPage(card, event), close: () => server.close() };
}
