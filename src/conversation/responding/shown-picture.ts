import type { Clock } from '../../core/clock.ts';
import type { ImagePart } from '../../engines/chat-content.ts';

/** A picture that is not asked about within this time was not meant for what is said then, milliseconds. */
const SHOWN_MS = 600_000;

/** The picture that the user has shown and not spoken about yet: what they say next is about it. A newer one takes its place. */
export class ShownPicture {
  readonly #clock: Clock;
  #shown: { readonly image: ImagePart; readonly atMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For what the user says now; none, or one. */
  get images(): readonly ImagePart[] {
    if (!this.#shown || this.#clock.now() - this.#shown.atMs > SHOWN_MS) return [];
    return [this.#shown.image];
  }

  show(image: ImagePart): void {
    this.#shown = { image, atMs: this.#clock.now() };
  }

  /** It was spoken about, or is to be forgotten. */
  clear(): void {
    this.#shown = undefined;
  }
}
