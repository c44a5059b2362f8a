import type { TurnState } from '../turn/turn-machine.ts';

/** A press longer than this means "while I hold it", milliseconds. */
const LONG_PRESS_MS = 500;

/** A contact that opens for less than this bounces: it was not let go. Milliseconds. */
export const DEBOUNCE_MS = 50;

/**
 * "Pressed" that comes so soon behind another, without a release between them, repeats it. Milliseconds: for a device that
 * has never told of a release, and for one that has.
 */
const REPEAT_MS = { tellsNoRelease: 600, tellsRelease: 3_000 };

/** What the present press means. */
type PressMeaning =
  /** It began to listen: let go soon it was a tap, else listening ends with it. */
  | 'begins'
  /** It came while the device listened already: listening ends when the button is let go. */
  | 'joins'
  /** It came when nothing could begin: if it is still held afterwards, it begins to listen. */
  | 'waits';

/** The memory of a button. Times are monotonic milliseconds. */
export interface ButtonState {
  /** Not let go, but for bounces. */
  readonly isPressed: boolean;
  readonly meaning: PressMeaning;
  readonly pressedAtMs: number;
  /** When the device last told that it is pressed: a repetition counts. */
  readonly toldPressedAtMs: number;
  /** It was let go at this time, unless it bounces; null: it was not. */
  readonly releasedAtMs: number | null;
  /** The device tells when it is let go: not all do. */
  readonly tellsRelease: boolean;
}

/** What can happen to a button. */
export type ButtonInput =
  /** @property during what the conversation is at */
  | { readonly type: 'pressed'; readonly during: TurnState }
  | { readonly type: 'released' }
  /** {@link DEBOUNCE_MS} have passed since it was released. */
  | { readonly type: 'settled' }
  /** The device opens its microphone until it says `let_go`: that is never a tap. */
  | { readonly type: 'held'; readonly during: TurnState }
  | { readonly type: 'let_go' }
  /** The last words of the user are recognised. */
  | { readonly type: 'transcribed' }
  /** The line is gone: the device can tell of no release. */
  | { readonly type: 'lost' };

/** What the conversation must do. */
export type ButtonAction =
  /** Begin to listen, end listening, or interrupt the answer and listen. */
  | 'press'
  /** Go on listening until the button is let go. */
  | 'hold'
  /** End listening. */
  | 'end';

export const INITIAL_BUTTON: ButtonState = {
  isPressed: false,
  meaning: 'begins',
  pressedAtMs: Number.NEGATIVE_INFINITY,
  toldPressedAtMs: Number.NEGATIVE_INFINITY,
  releasedAtMs: null,
  tellsRelease: false,
};

interface Step {
  readonly state: ButtonState;
  readonly action: ButtonAction | null;
}

/** One step of a button: pure. Presses count at once, releases once it is known that the contact does not bounce. */
export function stepButton(state: ButtonState, input: ButtonInput, nowMs: number): Step {
  switch (input.type) {
    case 'pressed':
      return pressed(state, input.during, nowMs);
    case 'released':
      // Of a button that was pressed before the line was there, too: from now on it is known that releases are told.
      return same({ ...state, tellsRelease: true, releasedAtMs: state.isPressed ? nowMs : null });
    case 'settled':
      return settled(state);
    case 'held':
      // What was not let go of before is forgotten: the device begins anew.
      return pressed({ ...state, tellsRelease: true, isPressed: false, releasedAtMs: null }, input.during, nowMs);
    case 'let_go':
      return letGo(state);
    case 'transcribed':
      if (state.meaning !== 'waits' || !isHeld(state, nowMs)) return same(state);
      return { state: { ...state, meaning: 'begins' }, action: 'press' };
    case 'lost':
      return same({ ...state, isPressed: false, releasedAtMs: null });
  }
}

/** Whether it is held, as far as is known: a device that tells of no release shows it by repeating the press. */
export function isHeld({ isPressed, tellsRelease, pressedAtMs, toldPressedAtMs }: ButtonState, nowMs: number): boolean {
  if (!isPressed || tellsRelease) return isPressed;
  return toldPressedAtMs > pressedAtMs && nowMs - toldPressedAtMs <= REPEAT_MS.tellsNoRelease;
}

function same(state: ButtonState): Step {
  return { state, action: null };
}

function pressed(state: ButtonState, during: TurnState, nowMs: number): Step {
  const told = { ...state, toldPressedAtMs: nowMs, releasedAtMs: null };
  if (state.isPressed && (state.releasedAtMs !== null || repeats(state, nowMs))) return same(told);
  const begun: ButtonState = { ...told, isPressed: true, pressedAtMs: nowMs, meaning: 'begins' };
  if (state.tellsRelease && during === 'hearing') return { state: { ...begun, meaning: 'joins' }, action: 'hold' };
  if (state.tellsRelease && during === 'transcribing') return same({ ...begun, meaning: 'waits' });
  return { state: begun, action: 'press' };
}

function repeats({ tellsRelease, toldPressedAtMs }: ButtonState, nowMs: number): boolean {
  return nowMs - toldPressedAtMs <= REPEAT_MS[tellsRelease ? 'tellsRelease' : 'tellsNoRelease'];
}

function letGo(state: ButtonState): Step {
  const ends = state.isPressed && state.meaning !== 'waits';
  return { state: { ...state, isPressed: false, releasedAtMs: null }, action: ends ? 'end' : null };
}

function settled(state: ButtonState): Step {
  const { releasedAtMs, pressedAtMs, meaning } = state;
  if (releasedAtMs === null) return same(state);
  const ends = meaning === 'joins' || (meaning === 'begins' && releasedAtMs - pressedAtMs >= LONG_PRESS_MS);
  return { state: { ...state, isPressed: false, releasedAtMs: null }, action: ends ? 'end' : null };
}
