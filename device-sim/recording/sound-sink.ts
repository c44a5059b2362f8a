/** Where sound goes that is written down. */
export interface SoundSink {
  /** Gets ready; the second time it goes on at its end. Throws what `fs` throws. */
  open(): void;
  /** Takes samples, mono s16, that began to sound at `startMs`, milliseconds of the device's clock. Keeps the array. */
  write(samples: Int16Array, startMs: number): void;
  /** Completes the file. */
  close(): void;
}
