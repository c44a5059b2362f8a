import type { PinCapabilities } from './messages.ts';

/** What `GET /state` of the listener tells of one session, in the shape of HotPin's server. */
export interface PinSessionView {
  readonly state: string;
  readonly capabilities: PinCapabilities | undefined;
  readonly chunksReceived: number;
  readonly bytesReceived: number;
  /** The file of the recording in progress or of the last one, below the folder for them; empty: there is none. */
  readonly recordingFile: string;
  readonly rerecordAttempts: number;
  readonly diskBytes: number;
  /** What was said in this session: questions and answers. */
  readonly spoken: number;
  /** Name of the picture that the next question is about. */
  readonly picture: string | undefined;
  readonly hasAnswer: boolean;
}

/** The sessions of pins that are connected, by the id that the pin has chosen: it changes with every connection. */
export class PinSessions {
  readonly #byKey = new Map<string, () => PinSessionView>();

  /** A session begins. @returns what ends it */
  open(device: string, id: string, view: () => PinSessionView): () => void {
    const key = keyOf(device, id);
    this.#byKey.set(key, view);
    return () => {
      if (this.#byKey.get(key) === view) this.#byKey.delete(key);
    };
  }

  /** How many sessions are in each state. */
  states(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const view of this.#byKey.values()) {
      const { state } = view();
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }

  /** What a session is at; undefined: this device has no such session. */
  view(device: string, id: string): PinSessionView | undefined {
    return this.#byKey.get(keyOf(device, id))?.();
  }
}

function keyOf(device: string, id: string): string {
  return JSON.stringify([device, id]);
}
