import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Picture } from '../conversation/picture.ts';
import type {
  AskRequest,
  AskResult,
  HearRequest,
  RecordingResult,
  SayRequest,
  SayResult,
  SpeechRefusalHere,
} from '../conversation/proactive/requests.ts';
import type { ConversationActivity, DeviceReport, TurnView } from '../conversation/view.ts';
import type { SessionUser } from './line/session-user.ts';

/** A conversation, as far as the fleet knows it. */
export interface FleetConversation extends SessionUser {
  readonly activity: ConversationActivity;
  readonly turn: TurnView | null;
  /** What the device last said of itself. */
  readonly reported: DeviceReport | null;
  say(request: SayRequest): SpeechRefusalHere | Promise<SayResult>;
  ask(request: AskRequest): SpeechRefusalHere | Promise<AskResult>;
  hear(request: HearRequest): SpeechRefusalHere | Promise<AskResult>;
  /** Takes what the user has said and the device has recorded, mono s16 at 16 kHz. */
  hearRecording(samples: Int16Array): SpeechRefusalHere | Promise<RecordingResult>;
  interrupt(): SpeechRefusalHere | 'accepted' | 'nothing';
  listen(): SpeechRefusalHere | 'accepted';
  /** The user has shown a picture: what they say next is about it. */
  show(picture: Picture): 'accepted';
  /** Forgets what was said. */
  forget(): void;
  /** Takes other words for the device: they apply from the next turn. */
  configure(device: DeviceConfig): void;
  /** Ends the conversation for good. */
  close(): void;
}
