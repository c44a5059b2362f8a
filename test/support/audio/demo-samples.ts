import { readFileSync } from 'node:fs';

export { wordErrors } from '../../../device-sim/demo/word-errors.ts';

const folder = new URL('../../../assets/asr-demo-model/samples/', import.meta.url);

/** A recording beside the demo model. */
export interface DemoSample {
  readonly file: string;
  /** What is said. */
  readonly text: string;
  /** Mono s16 at 16 kHz. */
  readonly samples: Int16Array;
}

/** The ten recordings of voices that the demo model has never heard. */
export function demoSamples(): DemoSample[] {
  const lines = readFileSync(new URL('refs.tsv', folder), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [file = '', , text = ''] = line.split('\t');
    const bytes = readFileSync(new URL(file, folder));
    const data = bytes.indexOf('data', 12, 'latin1') + 8;
    return { file, text, samples: new Int16Array(Uint8Array.from(bytes.subarray(data)).buffer) };
  });
}

/** One of them, by its file name; fit for a simulated device to say. */
export function demoSample(file: string): DemoSample & { readonly name: string; readonly sampleRate: number } {
  const sample = demoSamples().find((candidate) => candidate.file === file);
  if (!sample) throw new Error(`no recording ${file}`);
  return { ...sample, name: file, sampleRate: 16_000 };
}
