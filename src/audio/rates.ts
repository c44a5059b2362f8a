/** The rate of everything that listens, Hz: voice activity detection, recognisers, recordings of the user. Mono s16. */
export const HEARING_RATE = 16_000;

/** The length of the frames in which the service listens, milliseconds: 320 samples at {@link HEARING_RATE}. */
export const FRAME_MS = 20;
