import type { Clock } from '../../core/clock.ts';
import { inMegabytes } from '../download/download-error.ts';
import type { InstallProgress } from '../install-model.ts';

/** A terminal is told so often, milliseconds. */
const REDRAW_MS = 100;
/** Of a bar, in characters. */
const BAR = 24;
/** A log gets a line for every tenth of a file, or for so many bytes of one of unknown length. */
const LINE_BYTES = 50_000_000;

/** Shows how far an installation is. */
export interface ProgressOutput extends InstallProgress {
  /** Ends the line that is being redrawn, if there is one. */
  end(): void;
}

/** A bar on one line, drawn again and again. */
export class BarProgress implements ProgressOutput {
  readonly #write: (text: string) => void;
  readonly #clock: Clock;
  readonly #columns: number;
  #label = '';
  #startMs = 0;
  #startBytes = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;

  /** @param columns of the terminal */
  constructor(write: (text: string) => void, clock: Clock, columns: number) {
    this.#write = write;
    this.#clock = clock;
    this.#columns = columns;
  }

  downloading(file: string, received: number, total: number | undefined): void {
    this.#show(`downloading ${file}`, received, total);
  }

  unpacking(file: string, done: number, total: number): void {
    this.#show(`unpacking ${file}`, done, total);
  }

  end(): void {
    if (this.#label !== '') this.#write('\n');
    this.#label = '';
  }

  #show(label: string, done: number, total: number | undefined): void {
    const now = this.#clock.now();
    if (label !== this.#label) {
      this.end();
      this.#label = label;
      this.#startMs = now;
      this.#startBytes = done;
    } else if (now - this.#drawnMs < REDRAW_MS && done !== total) return;
    this.#drawnMs = now;
    const bytesASecond = ((done - this.#startBytes) * 1000) / Math.max(1, now - this.#startMs);
    const line = `${figures(done, total)} ${inMegabytes(bytesASecond)}/s  ${label}`;
    // A line that is too long would go on in the next one, and stay there.
    this.#write(`\r\u001b[K${line.slice(0, this.#columns - 1)}`);
  }
}

function figures(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return inMegabytes(done);
  const part = Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(part * BAR)).padEnd(BAR, '-');
  return `[${bar}] ${Math.floor(part * 100)}% of ${inMegabytes(total)}`;
}

/** A line now and then, for a log or a pipe. */
export class LineProgress implements ProgressOutput {
  readonly #write: (text: string) => void;
  #label = '';
  #step = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  downloading(file: string, received: number, total: number | undefined): void {
    this.#show(`downloading ${file}`, received, total);
  }

  unpacking(file: string, done: number, total: number): void {
    this.#show(`unpacking ${file}`, done, total);
  }

  end(): void {}

  #show(label: string, done: number, total: number | undefined): void {
    const step = Math.floor(total === undefined || total === 0 ? done / LINE_BYTES : (done * 10) / total);
    if (label === this.#label && step <= this.#step) return;
    this.#label = label;
    this.#step = step;
    const of = total === undefined ? '' : ` of ${inMegabytes(total)}`;
    this.#write(`${label}: ${inMegabytes(done)}${of}\n`);
  }
}
