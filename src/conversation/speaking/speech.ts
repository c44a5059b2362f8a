import { Playout, type PlayoutOptions } from '../../audio/playout.ts';

/** The audio of one answer on its way to the loudspeaker, and where its words are in it. */
export class Speech {
  readonly playout: Playout<string>;
  #marks = 0;
  /** What is being said is no part of the answer: it only tells the user to wait. */
  #isFiller = false;
  /** Marks before those of the answer. */
  #fillerMarks = 0;
  /** Where the answer begins, samples. */
  #answerFrom = 0;

  /** Sentences in their order, and how many of them have begun to be sent. */
  readonly #sentences: { readonly text: string; readonly atSample: number }[] = [];
  #begun = 0;

  #heldUpMs = 0;
  #leftOutMs = 0;
  #leftOut = 0;

  constructor(options: PlayoutOptions<string>) {
    this.playout = new Playout(options);
  }

  /** How long the loudspeaker has been without audio so far because the link is too slow, milliseconds. */
  get heldUpMs(): number {
    return this.#heldUpMs;
  }

  /** How late the answer is because of that, milliseconds: what was left out does not come late. */
  get behindMs(): number {
    return this.#heldUpMs - this.#leftOutMs;
  }

  /** Sentences that are not spoken because they would come too late. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The link is slower than the audio. */
  heldUp(ms: number): void {
    this.#heldUpMs += ms;
  }

  /** A sentence is not spoken. @param ms how long it would have taken */
  leaveOut(ms: number): void {
    this.#leftOut += 1;
    this.#leftOutMs += ms;
  }

  /** What comes now is no part of the answer, until {@link Speech.answers}. */
  fills(): void {
    this.#isFiller = true;
  }

  /** What comes now is the answer. Calling it twice does nothing. */
  answers(): void {
    if (!this.#isFiller) return;
    this.#isFiller = false;
    this.#fillerMarks = this.#marks;
    this.#answerFrom = this.playout.writtenSamples;
  }

  /** Whether the frame that is about to be sent holds any of the answer. @param samples its length */
  isAnswer(samples: number): boolean {
    const { sentMs, sampleRate } = this.playout;
    return !this.#isFiller && (sentMs * sampleRate) / 1000 + samples > this.#answerFrom;
  }

  /** Milliseconds of the answer's audio sent so far. */
  get answerSentMs(): number {
    if (this.#isFiller) return 0;
    return Math.max(0, this.playout.sentMs - (this.#answerFrom * 1000) / this.playout.sampleRate);
  }

  /** What is written from now on is this sentence. */
  sentence(text: string): void {
    this.#sentences.push({ text, atSample: this.playout.writtenSamples });
  }

  /** The sentence that begins in the frame that is about to be sent; undefined: none. @param samples its length */
  beginning(samples: number): string | undefined {
    const end = Math.round((this.playout.sentMs * this.playout.sampleRate) / 1000) + samples;
    const next = this.#sentences[this.#begun];
    if (next === undefined || next.atSample >= end) return undefined;
    this.#begun += 1;
    return next.text;
  }

  /** A word has its place. Places do not go backwards. */
  place(word: string, atSample: number): void {
    this.#marks += 1;
    this.playout.mark(atSample, word);
  }

  /** The last words placed are elsewhere: their places were a guess. @param atSamples of the last so many words, in order */
  moveLast(atSamples: readonly number[]): void {
    this.playout.moveMarks(atSamples);
  }

  /** The last word placed ends at this sample. */
  endWord(atSample: number): void {
    this.#marks += 1;
    this.playout.mark(atSample, '');
  }

  /** The words of the answer whose audio the loudspeaker has played. */
  get heardWords(): string {
    if (this.#isFiller) return '';
    const heard = this.playout.heardMarks.slice(this.#fillerMarks);
    return heard.filter((word) => word !== '').join(' ');
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
