/** What a device counts over its life; it goes on counting after a restart. */
export class DeviceCounters {
  /** Frames that the microphone recorded while a backend was connected. */
  micFramesCaptured = 0;
  /** Frames handed to a link. With DTX fewer than were recorded. */
  micFramesSent = 0;
  /** Frames that no link had room for. */
  micFramesDropped = 0;
  /** Frames out of which the echo of the loudspeaker was taken. */
  echoFramesCancelled = 0;
  audioFramesReceived = 0;
  /** Handshakes turned away, links turned away, and links that ended without a close frame. */
  connectionFailures = 0;
}
