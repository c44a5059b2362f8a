import type { LlmDelta } from '../../llm.ts';
import type { CallErrors } from '../requests/errors.ts';
import { readChunk, readErrorEvent, type ToldError } from './chat-chunk.ts';
import type { StreamPiece } from './event-stream.ts';
import { ToolCallParts } from './tool-call-parts.ts';

/** How servers say that the limit of tokens has cut the answer. */
const BY_LENGTH = /^(?:length|model_length|token_limit|max_(?:output_|completion_|new_)?tokens)$/i;

/** Makes of the pieces of a streamed chat completion what is passed on, and knows whether it is complete. State of one reply. */
export class ReplyReader {
  readonly #parts: ToolCallParts;
  readonly #errors: CallErrors;
  #isFinished = false;
  #isDone = false;
  #isCut = false;
  #isAlive = false;
  /** Anything but signs of life has come. */
  #hasBegun = false;
  /** The newest piece was cut, or was none. */
  #broken: 'json' | 'text' | undefined;

  /** @param idPrefix for the ids of calls that came without one */
  constructor(idPrefix: string, errors: CallErrors) {
    this.#parts = new ToolCallParts(idPrefix);
    this.#errors = errors;
  }

  /** Whether the server has said why the answer is over. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Whether the server has said that nothing more will come. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the newest piece was more than a sign of life. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** @throws DialtoneError `engine_*` when the piece is an error of the server's */
  take(piece: StreamPiece): LlmDelta[] {
    this.#isAlive = false;
    switch (piece.type) {
      case 'done':
        this.#isDone = true;
        return [];
      case 'text':
        if (piece.event === 'error') return this.#failed(readErrorEvent(piece.text));
        // "ping" and the like are no part of the answer.
        this.#broken = /^[[{]/.test(piece.text) ? 'json' : (this.#broken ?? 'text');
        return [];
      case 'json':
        if (piece.event === 'error') return this.#failed(readErrorEvent(piece.value));
        return this.#chunk(piece.value);
    }
  }

  /**
   * The stream has come to its end, and the connection was not cut. Without a word why the answer is over it is complete all the
   * same, unless it ends amid something.
   * @throws DialtoneError `engine_bad_answer` when it is not complete
   */
  end(): LlmDelta[] {
    if (this.#isFinished || this.#isDone) return this.#calls();
    if (this.#broken === 'json')
      throw this.#hasBegun ? this.#errors.brokenOff() : this.#errors.badAnswer('it is not valid JSON');
    if (!this.#hasBegun)
      throw this.#broken ? this.#errors.badAnswer('it is no chat completion') : this.#errors.nothingCame();
    if (this.#parts.isAmid) throw this.#errors.brokenOff();
    return this.#calls();
  }

  #chunk(value: unknown): LlmDelta[] {
    const { text, calls, thinks, finish, usage, error } = readChunk(value);
    if (error) return this.#failed(error);
    this.#broken = undefined;
    this.#isAlive = text !== '' || calls.length > 0 || thinks || finish !== undefined;
    this.#hasBegun ||= text !== '' || calls.length > 0;
    this.#isFinished ||= finish !== undefined;
    this.#parts.add(calls);
    return [
      ...(text === '' ? [] : [{ type: 'token', text } as const]),
      ...(finish === undefined ? [] : [...this.#calls(), ...this.#cut(finish)]),
      ...(usage ? [{ type: 'usage', ...usage } as const] : []),
    ];
  }

  #cut(finish: string): LlmDelta[] {
    if (this.#isCut || !BY_LENGTH.test(finish)) return [];
    this.#isCut = true;
    return [{ type: 'finish', reason: 'length' }];
  }

  /** Behind its last word an answer cannot fail any more. */
  #failed(error: ToldError): LlmDelta[] {
    if (this.#isFinished) return [];
    throw this.#errors.told(error);
  }

  #calls(): LlmDelta[] {
    return this.#parts.take().map((call) => ({ type: 'tool_call', call }));
  }
}
