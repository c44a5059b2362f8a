const GAME =
  'You play a guessing game: you have an animal in mind, and the user finds it with at most twenty questions that can be ' +
  'answered with yes or no. Begin by greeting the user and explaining this in two sentences.\n\n' +
  'Answer truthfully with "yes", "no" or "not quite", and a few words when the bare answer would mislead. Count the ' +
  'questions silently and tell the number when it is asked for, or when few are left. Give a small hint when a player is ' +
  'stuck. Never name the animal, nor its first letter, before it is found, given up, or the twenty questions are over.\n\n' +
  'When it is found, congratulate and offer another round. The first animal is easy, the second one hard; should a player ' +
  'want a third round, think of an animal yourself.';

/** The guessing game. @param easy the animal of the first round @param hard that of the second */
export function guessAnimalTask(easy: string, hard: string): string {
  return `${GAME}\n\nFirst round: ${easy}.\nSecond round: ${hard}.`;
}
