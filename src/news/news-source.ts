/** Where headlines come from. */
export interface NewsSource {
  /**
   * The headlines that are known, plain text of at most 200 characters each; none before the first ones came. Never
   * waits: the first call sets the fetching off, which then goes on by itself.
   */
  headlines(): readonly string[];
}
