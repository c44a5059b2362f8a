/** The largest message a device may send unless its protocol says otherwise, bytes. ws closes the link with 1009 beyond it. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** How long a device may take to answer a goodbye, milliseconds. */
export const SOCKET_CLOSE_TIMEOUT_MS = 2_000;
