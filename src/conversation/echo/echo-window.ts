/** How long after an answer its echo may still come back, milliseconds: queues, network, loudspeaker and room. */
export const ECHO_WINDOW_MS = 1_500;
