import type { Stt, SttCapabilities, SttResult, SttStream } from '../../engines/stt.ts';
import { type Answer, BlindStream } from './blind/blind-stream.ts';
import { InterimPolicy } from './blind/interim-policy.ts';
import type { Endpointing, EndReason } from './endpointing.ts';
import { believable } from './evidence/believable.ts';
import { type Sound, UtteranceVoice } from './evidence/utterance-voice.ts';
import { TranscriptWords } from './transcript-words.ts';

/** What an utterance is recognised with, and its listeners. */
export interface UtteranceOptions {
  readonly stt: Stt;
  /** The device's name. */
  readonly key: string;
  readonly language: string | undefined;
  /** Decides when it is over, by what its recogniser can do. */
  readonly endpointing: (recogniser: SttCapabilities) => Endpointing;
  readonly startedAtMs: number;
  /** It counts only if there was a voice in it: it began with a sound, not with the button. */
  readonly needsVoice: boolean;
  /** It is said over an answer. */
  readonly overAnswer: boolean;
  /** The recogniser has something new to say. */
  readonly onText: (utterance: Utterance) => void;
  readonly onError: (utterance: Utterance, error: unknown) => void;
  /** A defect of ours. */
  readonly onFault: (cause: unknown) => void;
}

/** So much speech is worth a request, also where no stretch of it is a voice for sure, milliseconds. */
const ENOUGH_SPEECH_MS = 200;

/** What the user says, from the first syllable to the final transcript: by itself, or over an answer. */
export class Utterance {
  readonly startedAtMs: number;
  /** Words as they become known, for the device's screen. */
  readonly words = new TranscriptWords();
  /** The evidence that it is a voice. */
  readonly voice = new UtteranceVoice();
  /** Everything recognised so far that is believed. */
  text = '';
  isFinal = false;
  /** Nothing more will be said. */
  isEnded = false;
  /** When speech was last heard in it. */
  lastSpeechAtMs: number;
  readonly #options: UtteranceOptions;
  readonly #endpointing: Endpointing;
  readonly #abort = new AbortController();
  readonly #stream: SttStream;
  /** Of a recogniser that waits for the end, and when it is asked before. */
  readonly #blind: { readonly stream: BlindStream; readonly interims: InterimPolicy } | undefined;

  constructor(options: UtteranceOptions) {
    const { stt, key, language, endpointing, startedAtMs, onFault } = options;
    this.#options = options;
    this.startedAtMs = startedAtMs;
    this.lastSpeechAtMs = startedAtMs;
    const { signal } = this.#abort;
    const open = () => stt.open({ key, ...(language === undefined ? {} : { language }), signal });
    const stream = open();
    if (!stream.capabilities.partials) {
      const blind = new BlindStream(stream, open, signal, (answer) => this.#answered(answer));
      this.#blind = { stream: blind, interims: new InterimPolicy(options.overAnswer) };
    }
    this.#stream = this.#blind?.stream ?? stream;
    this.#endpointing = endpointing(stream.capabilities);
    this.#recognise().catch(onFault);
  }

  get endpointing(): Endpointing {
    return this.#endpointing;
  }

  /** Name of the engine that recognises it. */
  get engine(): string {
    return this.#stream.engine;
  }

  /** Whether its recogniser says anything before the end without being asked. */
  get hasPartials(): boolean {
    return this.#blind === undefined;
  }

  /** The recogniser was asked what was said so far, and there are no words in it. */
  get isWordless(): boolean {
    return this.#blind?.interims.isWordless ?? false;
  }

  get cancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** So much of it was said before it was noticed, so loud. @param clearMs so much of that a voice @param isVoice it is a voice for sure */
  begun(speechMs: number, clearMs: number, loudnessDb: number, isVoice: boolean): void {
    this.voice.begun(speechMs, clearMs, loudnessDb, isVoice);
    this.#endpointing.begun(speechMs);
  }

  /** Audio from before it was noticed. */
  preRoll(frame: Int16Array): void {
    this.#stream.write(frame);
  }

  /** One more frame of 20 ms; why the utterance is over with it, or null. */
  write(frame: Int16Array, sound: Sound, nowMs: number, frameMs: number): EndReason | null {
    if (sound.speech) this.lastSpeechAtMs = nowMs;
    this.voice.hear(sound, frameMs);
    this.#stream.write(frame);
    const step = this.#mayBeSpeech ? this.#blind?.interims.step(sound.speech, frameMs) : null;
    if (step === 'ask') this.#blind?.stream.ask();
    const reason = this.#endpointing.ends(sound.speech, frameMs, this.#blind?.interims.isAsking);
    return reason ?? (step === 'over' ? 'nothing_new' : null);
  }

  /** Nothing more will be said: the final text is wanted. Calling it twice does nothing. */
  finish(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const blind = this.#blind;
    if (!blind) this.#stream.end();
    else if (!this.#mayBeSpeech) blind.stream.discard();
    else if (blind.interims.isDone) blind.stream.settle();
    else blind.stream.end();
  }

  /** Throws it away. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Whether it is worth a request. */
  get #mayBeSpeech(): boolean {
    const { hasBegun, isVoice, speechMs } = this.voice;
    return !this.#options.needsVoice || hasBegun || isVoice || speechMs >= ENOUGH_SPEECH_MS;
  }

  #answered(answer: Answer | null): void {
    const interims = this.#blind?.interims;
    if (!answer) {
      interims?.failed();
      return;
    }
    this.#take(answer);
    interims?.answered(this.text);
    this.#endpointing.partial(this.text, false);
    this.#options.onText(this);
  }

  #take(result: SttResult): void {
    const doubt = result.type === 'final' ? (result.doubt ?? 0) : 0;
    const heard = { text: result.text.trim(), doubt, isBlind: !this.hasPartials };
    const { needsVoice } = this.#options;
    const { speechMs, voicedMs, isVoice } = this.voice;
    // Who holds the button means to speak.
    const evidence = { speechMs, voicedMs, isVoice: isVoice || !needsVoice };
    this.text = needsVoice && speechMs === 0 ? '' : believable(heard, evidence);
  }

  async #recognise(): Promise<void> {
    const { onText, onError } = this.#options;
    const results = this.#stream.results[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<SttResult>;
      try {
        next = await results.next();
      } catch (error) {
        if (!this.cancelled) onError(this, error);
        return;
      }
      if (next.done) return;
      if (this.cancelled) break;
      const { value } = next;
      this.#take(value);
      if (value.type === 'partial') this.#endpointing.partial(this.text, value.endpoint);
      else this.isFinal = true;
      onText(this);
    }
    await results.return?.();
  }
}
