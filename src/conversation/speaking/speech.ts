import { Playout, type PlayoutOptions } from '../../audio/playout.ts';

/** The audio of one answer on its way to the loudspeaker, and where its words are in it. */
export class Speech {
  readonly playout: Playout<string>;

  constructor(options: PlayoutOptions<string>) {
    this.playout = new Playout(options);
  }

  /** A word has its place. Places do not go backwards. */
  place(word: string, atSample: number): void {
    this.playout.mark(atSample, word);
  }

  /** The last words placed are elsewhere: their places were a guess. @param atSamples of the last so many words, in order */
  moveLast(atSamples: readonly number[]): void {
    this.playout.moveMarks(atSamples);
  }

  /** The last word placed ends at this sample. */
  endWord(atSample: number): void {
    this.playout.mark(atSample, '');
  }

  /** The words whose audio the loudspeaker has played. */
  get heardWords(): string {
    return this.playout.heardMarks.filter((word) => word !== '').join(' ');
  }

  /** The words that were, or soon will be, played within the last `ms`. */
  wordsWithin(ms: number): string {
    const { playedMs, sampleRate } = this.playout;
    const fromSample = ((playedMs - ms) * sampleRate) / 1000;
    const words = this.playout.marks.filter(({ mark }) => mark !== '');
    return words
      .filter(({ atSample }, index) => (words[index + 1]?.atSample ?? atSample) >= fromSample)
      .map(({ mark }) => mark)
      .join(' ');
  }
}
