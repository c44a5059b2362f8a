import { readFileSync } from 'node:fs';

const folder = new URL('../../assets/asr-demo-model/samples/', import.meta.url);

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

/** Words wrong (changed, missing or too many) between what was said and what was heard. */
export function wordErrors(said: string, heard: string): number {
  const want = said.split(/\s+/).filter(Boolean);
  const got = heard.split(/\s+/).filter(Boolean);
  let row = got.map((_, index) => index + 1);
  for (const [index, word] of want.entries()) {
    const next: number[] = [];
    for (const [column, other] of got.entries()) {
      const left = next[column - 1] ?? index + 1;
      const diagonal = column === 0 ? index : (row[column - 1] ?? 0);
      next.push(Math.min(left + 1, (row[column] ?? 0) + 1, diagonal + (word === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? want.length;
}
