/**
 * Turns growing partial transcripts into the words that are new. A word once handed out cannot be taken back, so a
 * revision of earlier words is only heard in the final text.
 */
export class TranscriptWords {
  #given = 0;

  /** The words of `text` beyond those handed out already. */
  next(text: string): string[] {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const fresh = words.slice(this.#given);
    this.#given = Math.max(this.#given, words.length);
    return fresh;
  }
}
