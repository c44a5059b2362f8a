import { cleanText } from '../../core/clean-text.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Downloads } from '../downloads.ts';
import type { ProtocolEntry } from '../protocol-entry.ts';
import { MAX_CHUNK_BYTES } from './chunk-intake.ts';
import { type HotpinOptions, hotpinFields } from './device-fields.ts';
import { leftBehindOf, noteOf } from './left-behind.ts';
import { PIN_ENTRY } from './pin-entry.ts';
import type { PinDownloads } from './pin-offers.ts';
import { AHEAD_MS, HotpinSession } from './session.ts';

/** So long an answer may be downloaded that was not played, milliseconds. */
const DOWNLOAD_MS = 300_000;

/** The type of a message is in so many characters of its beginning. */
const BEGINNING = 200;

/** Longest id of a session that is kept; firmware makes ids of 32 characters. */
const MAX_SESSION_ID = 128;

/**
 * The protocol of HotPin camera pins, generation 2 (VighneshNilajakar/HotPin_WebServer): JSON texts and raw 16 kHz 16-bit PCM over
 * a WebSocket that the device opens; its user holds what is recorded in the hand. Its session id changes with every connection,
 * so it says nothing of which device it is.
 */
export const HOTPIN: ProtocolEntry<HotpinOptions> = {
  ...PIN_ENTRY,
  id: 'hotpin',
  description: 'HotPin camera pins.',
  /** Firmware that has lost its link comes back after seconds, when the old link may not be known to be dead. */
  accept: { paths: ['/ws'], queryKey: 'session', ifTaken: 'refuse_if_alive', maxMessageBytes: MAX_CHUNK_BYTES },
  defaultAheadMs: AHEAD_MS,
  fields: hotpinFields,
  helloTimeoutMs: null,
  /** Firmware pings every 30 s and answers pings. */
  keepAlive: { probeAfterMs: 15_000, deadAfterMs: 60_000, mutedDeadAfterMs: 120_000 },

  /** Audio comes in binary messages, each of which is announced. */
  carriesAudio: (text) => text.slice(0, BEGINNING).includes('"audio_chunk_meta"'),

  async open(link, device, listener, { clock, memory, downloads, pins, baseUrl }) {
    const { arrival } = link;
    const noted = memory.recall(device);
    const base = arrival && baseUrl?.(arrival);
    const id = cleanText(arrival?.query.get('session') ?? '').slice(0, MAX_SESSION_ID);
    const session: HotpinSession = new HotpinSession({
      link,
      listener,
      clock,
      format: device.options.answer_format,
      aheadMs: device.conversation.aheadMs ?? AHEAD_MS,
      limits: pins?.limits,
      left: noted === undefined ? undefined : leftBehindOf(noted),
      files: pins?.openFiles?.(),
      downloads: downloads && base !== undefined ? answersIn(downloads, base, pins?.downloadMs) : undefined,
      onClose: (left) => {
        memory.note(device, noteOf(left));
        forget?.();
      },
    });
    const forget = pins?.sessions.open(device.name, id, () => session.view);
    return session;
  },
};

/** Answers as downloads of the listener. @param base its address as the device uses it @param forMs so long one may be fetched */
function answersIn(downloads: Downloads, base: string, forMs = DOWNLOAD_MS): PinDownloads {
  return {
    offer: (bytes) => {
      try {
        return downloads.offer({ bytes, contentType: 'audio/wav', fileName: 'answer.wav', forMs }).id;
      } catch (error) {
        // There is no room for it: the device learns that it cannot be downloaded.
        if (!(error instanceof DialtoneError)) throw error;
        return undefined;
      }
    },
    addressOf: (id) => {
      const path = downloads.pathOf(id);
      return path === undefined ? undefined : `${base}${path}`;
    },
  };
}
