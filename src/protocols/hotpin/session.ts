import { concatSamples } from '../../audio/pcm.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import type { Timer } from '../../core/clock.ts';
import type { DeviceCommand, DeviceSession, DropReason, PlaybackFormat } from '../protocol.ts';
import { AnswerAudio } from './answer-audio.ts';
import { AnswerMessages } from './answer-messages.ts';
import { isUnheardBy, type UnplayedAnswer } from './left-behind.ts';
import { type PinCapabilities, type PinMessage, readPinMessage } from './messages.ts';
import {
  INITIAL_PIN,
  isRecording,
  type PinEffect,
  type PinInput,
  type PinTimer,
  serverState,
  stepPin,
} from './pin-machine.ts';
import { PinOffers } from './pin-offers.ts';
import { PinRecording } from './pin-recording.ts';
import type { PinSessionView } from './pin-sessions.ts';
import { PinTimers } from './pin-timers.ts';
import { ANSWER_MS, DEFAULT_PIN_LIMITS, type HotpinSessionOptions, type PinLimits } from './session-options.ts';
import { ToldOnce } from './told-once.ts';
import { uselessness } from './usefulness.ts';
import { afterReconnect, RERECORD_REASONS, SYNC_MESSAGES } from './words.ts';

/** 60 ms at 16 kHz are 1,920 bytes: with a WAV header in front still less than the 2,048 that firmware takes in one piece. */
const FRAME_MS = 60;

/**
 * How far ahead of the loudspeaker audio is sent unless the device's entry says so, milliseconds: 3 of the 4 buffers of a pin without
 * PSRAM. A message takes a whole one, and one that comes late must not find all of them full.
 */
export const AHEAD_MS = 180;
const MAX_AHEAD_MS = 1_000;

/** The device learns after so many chunks that they have come. */
const ACK_EVERY = 4;

/** So long a picture that was announced is waited for, milliseconds. */
const PICTURE_MS = 30_000;

/** One open link to a device that speaks `hotpin`. */
export class HotpinSession implements DeviceSession {
  readonly playback: PlaybackFormat = {
    sampleRate: HEARING_RATE,
    frameMs: FRAME_MS,
    aheadMs: AHEAD_MS,
    maxAheadMs: MAX_AHEAD_MS,
    trailingSilenceMs: 0,
  };
  readonly abilities = { playTone: false, setVolume: false };
  readonly #options: HotpinSessionOptions;
  readonly #limits: PinLimits;
  readonly #recording: PinRecording;
  readonly #audio: AnswerAudio;
  readonly #answer: AnswerMessages;
  readonly #offers: PinOffers;
  readonly #timers: PinTimers;
  #pin = INITIAL_PIN;
  #capabilities: PinCapabilities | undefined;
  #pictureUntilMs = Number.NEGATIVE_INFINITY;
  #picture: string | undefined;
  #spoken = 0;
  #beforeCut: UnplayedAnswer | undefined;
  #cutTimer: Timer | undefined;
  /** Words of the user that the device was shown. */
  #partial = '';
  readonly #told = new ToldOnce();
  #closed = false;

  constructor(options: HotpinSessionOptions) {
    const { link, listener, clock, format, files, left, downloads, limits = DEFAULT_PIN_LIMITS } = options;
    this.#options = options;
    this.#limits = limits;
    this.#recording = new PinRecording({ listener, clock, files });
    this.#timers = new PinTimers(
      clock,
      (timer) => this.#waitMs(timer),
      (timer) => this.#step({ type: 'due', timer }),
    );
    this.#answer = new AnswerMessages(link, format);
    this.#audio = new AnswerAudio({
      clock,
      frameMs: FRAME_MS,
      aheadMs: Math.min(Math.max(options.aheadMs ?? AHEAD_MS, FRAME_MS), MAX_AHEAD_MS),
      send: (frame) => this.#answer.frame(frame),
    });
    this.#offers = new PinOffers({
      downloads,
      sampleRate: HEARING_RATE,
      tell: (type, fields) => this.#json(type, fields),
    });
    this.#json('ready');
    if (left === undefined) return;
    const { state, message, again } = afterReconnect(left);
    this.#json('state_sync', { server_state: state, message });
    if (again) this.#json('request_rerecord', { reason: message });
    if (left.offer !== undefined) this.#offers.repeat(left.offer);
  }

  /** For `GET /state`. */
  get view(): PinSessionView {
    return {
      state: this.#state,
      capabilities: this.#capabilities,
      chunksReceived: this.#recording.intake.chunks,
      bytesReceived: this.#recording.intake.bytes,
      recordingFile: this.#options.files?.current ?? '',
      rerecordAttempts: this.#pin.rerecords,
      diskBytes: this.#options.files?.bytes ?? 0,
      spoken: this.#spoken,
      picture: this.#picture,
      hasAnswer: this.#pin.answer !== 'none',
    };
  }

  get unsentMs(): number {
    return this.#audio.waitingMs + this.#answer.waitingFrames * FRAME_MS;
  }

  receiveText(text: string): void {
    if (this.#closed) return;
    const read = readPinMessage(text);
    if ('message' in read) this.#message(read.message);
    else this.#refuse('bad_message', read.problem, read.reason);
  }

  receiveBinary(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (!isRecording(this.#pin)) {
      this.#step({ type: 'chunk' });
      return;
    }
    const result = this.#recording.intake.take(bytes);
    if (result.type === 'bad') {
      this.#refuse('bad_chunk', result.problem, 'bad_pcm');
      return;
    }
    this.#recording.hear(result);
    if (this.#recording.intake.chunks % ACK_EVERY === 0) this.#json('ack', { ref: 'chunk', seq: result.seq });
    // Behind its audio: the last chunk ends the recording.
    this.#step({ type: 'chunk' });
  }

  missed(): void {
    this.#recording.missed();
  }

  /** Whether what the user said can be answered. */
  isUsable(text: string): boolean {
    return uselessness(text, this.#recording.intake, this.#limits.minRecordingMs) === null;
  }

  async prepareToPlay(): Promise<void> {
    // The device is told when there is audio, and that is held back until it is ready.
  }

  play(frame: Int16Array): void {
    if (this.#closed) return;
    if (this.#pin.answer === 'none') this.#answer.wordsFirst();
    this.#step({ type: 'frame' });
    this.#audio.add(frame);
  }

  send(command: DeviceCommand): void {
    if (this.#closed) return;
    switch (command.type) {
      case 'transcript':
        this.#partial += command.delta;
        if (command.delta.trim() !== '') this.#json('partial', { text: this.#partial.trim(), stable: true });
        return;
      case 'heard':
        this.#heard(command.text, command.isTaken);
        return;
      case 'reply_started':
        this.#answer.begin();
        return;
      case 'reply_text':
        this.#answer.written(command.delta);
        return;
      case 'reply_text_done':
        this.#answer.whole(command.text);
        this.#spoken += 1;
        return;
      case 'reply_done':
        this.#step({ type: 'whole' });
        return;
      case 'reply_interrupted':
        this.#cut();
        return;
      case 'notice':
        this.#json('error', { code: command.code, message: command.message });
        return;
      case 'image_received':
        this.#pictureUntilMs = Number.NEGATIVE_INFINITY;
        this.#picture = command.name;
        this.#json('image_received', { filename: command.name });
        return;
      case 'listening':
      case 'listen':
      case 'conversation_over':
      case 'speech_started':
      case 'speech_stopped':
      case 'reply_sentence':
      case 'reply_word':
      case 'play_tone':
      case 'set_volume':
        // Its button decides when it listens, and the wire has no word for the rest.
        return;
    }
  }

  /** An answer that was not heard to its end, whole, at 16 kHz: the device may fetch it, unless the last link knew better. */
  offerUnheard(samples: Int16Array): void {
    const { left } = this.#options;
    if (this.#closed || left?.isUnheard === false || left?.offer !== undefined) return;
    this.#offers.offer(samples);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { clock, onClose } = this.#options;
    this.#timers.close();
    clock.clearTimer(this.#cutTimer);
    const answer = this.#beforeCut ?? this.#unplayed();
    const { pin, frames, isWritten } = answer;
    const isUnheard = isUnheardBy(answer);
    // Of an answer that is still being made the conversation knows more.
    if (isUnheard && pin.isWhole && pin.answer !== 'none') this.#offers.keep(concatSamples(frames));
    this.#audio.drop();
    this.#recording.close();
    onClose?.({ does: pin.does, isUnheard, isWritten, offer: this.#offers.last });
  }

  get #state(): string {
    const isUploading = this.#pin.does === 'idle' && this.#options.clock.now() < this.#pictureUntilMs;
    return isUploading ? 'camera_uploading' : serverState(this.#pin);
  }

  #message(message: PinMessage): void {
    const { clock, listener } = this.#options;
    switch (message.type) {
      case 'greeting':
        this.#capabilities = message.capabilities ?? this.#capabilities;
        this.#step({ type: 'greeting' });
        return;
      case 'recording_started':
        this.#step({ type: 'greeting' });
        this.#step({ type: 'recording_started' });
        return;
      case 'chunk': {
        const problem = this.#recording.intake.announce(message.meta);
        if (problem !== undefined) this.#refuse('bad_chunk', problem, 'bad_pcm');
        return;
      }
      case 'recording_stopped':
      case 'ready_for_playback':
      case 'reject':
        this.#step({ type: message.type });
        return;
      case 'image_captured':
        this.#pictureUntilMs = clock.now() + PICTURE_MS;
        return;
      case 'ping':
        this.#json('pong');
        return;
      case 'error':
        listener.event({ type: 'warning', code: 'device_error', message: `the device reports: ${message.detail}` });
        return;
      case 'playback_complete':
      case 'note':
        // Firmware says that playback is complete when it is told so, not when its sound ends.
        return;
    }
  }

  #step(input: PinInput): void {
    if (this.#closed) return;
    const { machine, effects } = stepPin(this.#pin, input, this.#limits.maxRerecords);
    this.#pin = machine;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: PinEffect): void {
    switch (effect.type) {
      case 'listen':
        this.#listen(effect.on);
        return;
      case 'send':
        if (effect.message === 'tts_ready') this.#answer.ready();
        else this.#json('tts_done');
        return;
      case 'sync':
        this.#json('state_sync', { server_state: effect.state, message: SYNC_MESSAGES[effect.state] });
        return;
      case 'rerecord':
        this.#json('request_rerecord', { reason: RERECORD_REASONS[effect.reason] });
        return;
      case 'intervene':
        this.#json('request_user_intervention', {
          message: `Too many re-recording attempts. ${RERECORD_REASONS[effect.reason]}`,
        });
        return;
      case 'play':
        this.#audio.play();
        return;
      case 'drop':
        this.#audio.drop();
        return;
      case 'offer':
        this.#offers.offer(concatSamples(this.#audio.frames));
        this.#audio.drop();
        return;
      case 'refuse':
        this.#refuse('bad_order', effect.problem, 'unexpected');
        return;
      case 'start':
        if (effect.timer === 'last') this.#recording.stopped();
        this.#timers.start(effect.timer);
        return;
      case 'stop':
        this.#timers.stop(effect.timer);
        return;
    }
  }

  #listen(on: boolean): void {
    if (!on) {
      this.#recording.end();
      return;
    }
    this.#told.clear();
    this.#partial = '';
    this.#offers.forget();
    this.#answer.begin();
    this.#recording.begin();
  }

  #unplayed(): UnplayedAnswer {
    const { leftMs, frames } = this.#audio;
    return { pin: this.#pin, leftMs, frames, isWritten: this.#answer.isWritten };
  }

  /** The end of a link cuts an answer short just before it closes the session: what there was of it until then is remembered. */
  #cut(): void {
    const { clock } = this.#options;
    this.#beforeCut = this.#unplayed();
    clock.clearTimer(this.#cutTimer);
    this.#cutTimer = clock.setTimer(() => {
      this.#beforeCut = undefined;
    }, 0);
    this.#step({ type: 'cut' });
  }

  #heard(text: string, isTaken: boolean): void {
    this.#partial = '';
    if (text !== '') this.#json('transcript', { text, final: true });
    if (isTaken) {
      this.#spoken += 1;
      this.#picture = undefined;
    }
    const reason = uselessness(text, this.#recording.intake, this.#limits.minRecordingMs) ?? 'no_words';
    this.#step({ type: 'heard', useless: isTaken ? null : reason });
  }

  #waitMs(timer: PinTimer): number {
    const { readyMs, stallMs, graceMs } = this.#limits;
    switch (timer) {
      case 'stall':
        return stallMs;
      case 'abandon':
        return graceMs;
      case 'last':
        return this.#recording.lastChunkMs;
      case 'ready':
        return readyMs;
      case 'played':
        return this.#audio.leftMs;
      case 'answer':
        return ANSWER_MS;
    }
  }

  /** The device did something that it may not, or cannot be understood. */
  #refuse(code: 'bad_order' | 'bad_message' | 'bad_chunk', message: string, reason: DropReason): void {
    this.#options.listener.event({ type: 'dropped', reason });
    if (this.#told.isNew(message)) this.#json('error', { code, message });
  }

  #json(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (!this.#closed) this.#options.link.send(JSON.stringify({ type, ...fields }));
  }
}
