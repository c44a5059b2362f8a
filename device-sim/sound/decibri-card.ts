import { int16ToPcmBytes, pcmBytesToInt16 } from '#src/audio/pcm';
import type { SoundCard, SoundChoice, SoundListener, SoundRates } from './sound-card.ts';

type Decibri = typeof import('decibri');

/** Length of a piece of the microphone, milliseconds. */
const PIECE_MS = 20;
/** The player's queue beyond which audio is lost, bytes: about 300 ms at 24 kHz. */
const MAX_UNPLAYED_BYTES = 16_384;
/** Opening is over when the first piece has come; without one after this there is no microphone, milliseconds. */
const FIRST_AUDIO_MS = 3000;

/** Loads the optional package. Throws an Error that says how to get it. */
async function loadDecibri(): Promise<Decibri> {
  try {
    return await import('decibri');
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Error(`the optional package decibri cannot be loaded (npm ci --include=optional): ${why}`);
  }
}

/** The sound card through decibri: Windows, macOS and Linux. */
export class DecibriCard implements SoundCard {
  readonly name = 'decibri';
  readonly #choice: SoundChoice;
  #mic: InstanceType<Decibri['Microphone']> | undefined;
  #speaker: InstanceType<Decibri['Speaker']> | undefined;

  constructor(choice: SoundChoice) {
    this.#choice = choice;
  }

  async open(rates: SoundRates, listener: SoundListener): Promise<void> {
    const { Microphone, Speaker } = await loadDecibri();
    const { input, output } = this.#choice;
    try {
      const speaker = await Speaker.open({ sampleRate: rates.speaker, ...deviceOf(output) });
      this.#speaker = speaker;
      const mic = await Microphone.open({
        sampleRate: rates.mic,
        framesPerBuffer: (rates.mic * PIECE_MS) / 1000,
        ...deviceOf(input),
      });
      this.#mic = mic;
      await this.#started(mic, speaker, listener);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  play(samples: Int16Array): void {
    const speaker = this.#speaker;
    if (speaker && speaker.writableLength < MAX_UNPLAYED_BYTES) speaker.write(Buffer.from(int16ToPcmBytes(samples)));
  }

  close(): void {
    this.#mic?.stop();
    this.#speaker?.stop();
    this.#mic = undefined;
    this.#speaker = undefined;
  }

  #started(
    mic: InstanceType<Decibri['Microphone']>,
    speaker: InstanceType<Decibri['Speaker']>,
    listener: SoundListener,
  ) {
    return new Promise<void>((resolve, reject) => {
      let isOpen = false;
      const timer = setTimeout(() => failed(new Error(`no audio within ${FIRST_AUDIO_MS / 1000} s`)), FIRST_AUDIO_MS);
      const failed = (error: Error) => {
        clearTimeout(timer);
        if (!isOpen) reject(error);
        else if (this.#mic === mic) {
          this.close();
          listener.failed(error);
        }
      };
      mic.on('error', failed);
      speaker.on('error', failed);
      mic.on('data', (chunk: Buffer) => {
        clearTimeout(timer);
        isOpen = true;
        resolve();
        listener.heard(pcmBytesToInt16(chunk).slice());
      });
    });
  }
}

/** Names of this machine's devices. Throws as {@link loadDecibri}. */
export async function decibriDevices(): Promise<{
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}> {
  const { Microphone, Speaker } = await loadDecibri();
  const line = ({ id, name, isDefault }: { id: string; name: string; isDefault: boolean }): string =>
    `${name}${id === '' ? '' : `  (${id})`}${isDefault ? '  default' : ''}`;
  return { inputs: Microphone.devices().map(line), outputs: Speaker.devices().map(line) };
}

/** A part of a name, or an id as `--list-audio` prints it. */
function deviceOf(name: string | undefined): { device?: string | { id: string } } {
  if (name === undefined) return {};
  return { device: /^(alsa|coreaudio|wasapi):/.test(name) ? { id: name } : name };
}
