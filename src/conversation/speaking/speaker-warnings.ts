/** What the device's owner is told of a link that carries too little. */
export const SLOW_LINK =
  'The link to the device carries less than its audio needs: answers have gaps, and sentences that would come too late are left out. ' +
  'Check the Wi-Fi of the device, or use a protocol that needs less: "realtime" with "audio_format": "ogg-opus".';

/** What the device's owner is told of a language that is spoken with another one's voice. @param language BCP 47 */
export function noVoice(engine: string, language: string): string {
  return (
    `${engine} has no voice for "${language}" and speaks it with the tongue of another language: choose a speech engine that has ` +
    'one (TTS), add a voice of this language to the voices file, or tell the device to keep to its language'
  );
}
