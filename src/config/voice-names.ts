/** The voices that devices.json may name: those of the original. Each speech engine maps them to voices of its own. */
export const VOICE_NAMES = ['Watercooler', 'Gertrude', 'Dev (news)', 'Charles', 'Développeuse', 'Fabieng'] as const;

/** A voice by the name used in devices.json. */
export type VoiceName = (typeof VOICE_NAMES)[number];
