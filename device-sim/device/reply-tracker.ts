import { concatSamples } from '#src/audio/pcm';
import type { Clock } from '#src/core/clock';
import type { Loudspeaker } from '../speaker/loudspeaker.ts';
import type { SimEventReport } from './events.ts';
import { MAX_REPLY_SAMPLES_MS } from './options.ts';
import type { DownlinkEvent, Reply } from './reply.ts';
import { Ring } from './ring.ts';
import type { SimError } from './sim-error.ts';
import { Waiters } from './waiters.ts';

const MAX_UNCLAIMED = 16;
const MAX_EVENT_TYPES = 2000;
const MAX_ERRORS = 16;

/** What a tracker works with. */
export interface ReplyTrackerOptions {
  readonly clock: Clock;
  readonly loudspeaker: Loudspeaker;
  readonly flushOnInterrupt: boolean;
  readonly report: (event: SimEventReport) => void;
}

/** An answer under way. */
interface Draft {
  readonly startedAt: number;
  readonly transcript: string;
  text: string;
  wholeText: string | undefined;
  words: string[];
  parts: Int16Array[];
  partsMs: number;
  audioMs: number;
  firstAudioAt: number | undefined;
  interrupted: boolean;
}

/** Puts answers together from what a device is sent, plays them, and hands them to the callers that wait for one. */
export class ReplyTracker {
  readonly #options: ReplyTrackerOptions;
  readonly #waiters: Waiters<Reply>;
  #unclaimed: Reply[] = [];
  #draft: Draft | undefined;
  #transcript = '';
  #errors: { readonly code: string; readonly message: string }[] = [];
  #types = new Ring<string>(MAX_EVENT_TYPES);
  #ended = 0;

  constructor(options: ReplyTrackerOptions) {
    this.#options = options;
    this.#waiters = new Waiters(options.clock);
  }

  /** Answers that have ended. */
  get ended(): number {
    return this.#ended;
  }

  /** The next answer to end, or the oldest one that ended and was not asked for. */
  wait(timeoutMs: number): Promise<Reply> {
    const ready = this.#unclaimed.shift();
    if (ready) return Promise.resolve(ready);
    return this.#waiters.wait(timeoutMs, () => this.#explain());
  }

  /** Forgets answers that ended and were not asked for. */
  forgetUnclaimed(): void {
    this.#unclaimed = [];
  }

  handle(event: DownlinkEvent): void {
    switch (event.type) {
      case 'message':
        this.#types.push(event.name);
        return;
      case 'transcript':
        this.#transcript = joinWords(this.#transcript, event.delta);
        if (event.delta !== '') this.#options.report({ type: 'transcript', text: event.delta.trim() });
        return;
      case 'reply_started':
        this.#begin();
        return;
      case 'reply_text':
        this.#current().text += event.delta;
        return;
      case 'reply_text_done':
        this.#current().wholeText = event.text;
        return;
      case 'reply_word':
        this.#current().words.push(event.word);
        this.#options.report({ type: 'reply_word', text: event.word });
        return;
      case 'audio':
        this.#audio(event.samples, event.durationMs);
        return;
      case 'interrupted':
        this.#interrupted();
        return;
      case 'reply_ended':
        this.#end();
        return;
      case 'error':
        if (this.#errors.length < MAX_ERRORS) this.#errors.push({ code: event.code, message: event.message });
        this.#options.report({ type: 'notice', code: event.code, message: event.message });
        return;
      case 'session':
      case 'listening':
      case 'command':
      case 'violation':
        return;
    }
  }

  /** The line is lost: what was under way will never end. */
  disconnected(): void {
    this.#draft = undefined;
    this.#transcript = '';
    this.#errors = [];
    this.#types = new Ring<string>(MAX_EVENT_TYPES);
    this.#options.loudspeaker.endReply();
  }

  /** Waiting is over. */
  stop(error: SimError): void {
    this.disconnected();
    this.#waiters.reject(error);
  }

  #begin(): Draft {
    const draft: Draft = {
      startedAt: this.#options.clock.now(),
      transcript: this.#transcript,
      text: '',
      wholeText: undefined,
      words: [],
      parts: [],
      partsMs: 0,
      audioMs: 0,
      firstAudioAt: undefined,
      interrupted: false,
    };
    this.#draft = draft;
    this.#transcript = '';
    this.#options.loudspeaker.beginReply();
    return draft;
  }

  #current(): Draft {
    return this.#draft ?? this.#begin();
  }

  #audio(samples: Int16Array | undefined, durationMs: number): void {
    const draft = this.#current();
    this.#options.loudspeaker.play(samples, durationMs);
    draft.audioMs += durationMs;
    if (samples && draft.partsMs < MAX_REPLY_SAMPLES_MS) {
      draft.parts.push(samples);
      draft.partsMs += durationMs;
    }
    if (draft.firstAudioAt !== undefined) return;
    draft.firstAudioAt = this.#options.clock.now();
    this.#options.report({ type: 'reply_audio_started' });
  }

  #interrupted(): void {
    if (this.#draft) this.#draft.interrupted = true;
    if (this.#options.flushOnInterrupt) this.#options.loudspeaker.flush();
  }

  #end(): void {
    const draft = this.#current();
    const { clock, loudspeaker, report } = this.#options;
    loudspeaker.endReply();
    const reply: Reply = {
      transcript: draft.transcript,
      replyText: (draft.wholeText ?? draft.text).trim(),
      spokenText: draft.words.join(' '),
      audioMs: draft.audioMs,
      samples: concatSamples(draft.parts),
      sampleRate: loudspeaker.sampleRate,
      startedAt: draft.startedAt,
      firstAudioAt: draft.firstAudioAt,
      endedAt: clock.now(),
      maxAheadMs: loudspeaker.replyMaxAheadMs,
      interrupted: draft.interrupted,
      errors: this.#errors,
      events: this.#types.toArray(),
    };
    this.#draft = undefined;
    this.#errors = [];
    this.#types = new Ring<string>(MAX_EVENT_TYPES);
    this.#ended++;
    if (!this.#waiters.offer(reply)) {
      this.#unclaimed.push(reply);
      if (this.#unclaimed.length > MAX_UNCLAIMED) this.#unclaimed.shift();
    }
    report({ type: 'reply_ended', reply });
  }

  #explain(): string {
    const seen = new Map<string, number>();
    for (const type of this.#types.toArray()) seen.set(type, (seen.get(type) ?? 0) + 1);
    const list = [...seen].map(([type, count]) => `${count} x ${type}`).join(', ');
    const state = this.#draft ? 'an answer began but did not end' : 'no answer came';
    return `${state}; messages since the last answer: ${list === '' ? 'none' : list}`;
  }
}

/** Words come with or without a space in front. */
function joinWords(text: string, more: string): string {
  const apart = text === '' || more === '' || /\s$/.test(text) || /^\s/.test(more);
  return (apart ? text + more : `${text} ${more}`).trimStart();
}
