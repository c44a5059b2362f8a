const TALK =
  'Make conversation, as with a good friend. Be curious about the user, pick up what they say, have tastes ' +
  'and opinions of your own about harmless things, and tease a little. Filler words such as "well" or "hm" are welcome ' +
  'now and then. You speak first.';

/** Small talk. @param starter how it begins */
export function smalltalkTask(starter: string): string {
  return `${TALK}\n\nHow to begin: greet the user, then this. ${starter}`;
}
