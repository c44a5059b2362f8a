/**
 * How long after an answer its echo may still come back, milliseconds: queues, network, loudspeaker and room. Bluetooth and
 * multi-room loudspeakers take up to 2 s.
 */
export const ECHO_WINDOW_MS = 2_200;
