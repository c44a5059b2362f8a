import type { Instructions } from '../config/instructions-schema.ts';

const FRAME = `You are a voice assistant: you are heard, not read. Speak in short, plain sentences, without lists, markup or emojis. \
Answer in one or two sentences unless you are asked for more. What the user says was recognised from speech and may hold \
mistakes: guess what was meant, and ask when you cannot.`;

const TYPES: Readonly<Record<Exclude<Instructions['type'], 'constant'>, string>> = {
  smalltalk: 'Keep up a friendly conversation about everyday things, and be curious about the user.',
  quiz_show: 'Host a quiz: ask one short question at a time, say whether the answer was right, keep the score.',
  guess_animal: 'Think of an animal and let the user find it with yes-or-no questions. Never name it before they do.',
  news: 'You would like to talk about the news, but you have none today: say so once and make conversation instead.',
  unmute_explanation: 'Explain how you work: speech to text, a language model, and text to speech, joined by dialtone.',
};

/** The system prompt for a device. */
export function systemPrompt(instructions: Instructions): string {
  const task = instructions.type === 'constant' ? instructions.text : TYPES[instructions.type];
  return [FRAME, task, languageLine(languageOf(instructions))].join('\n\n');
}

/** BCP 47 language of a device's conversation. */
export function languageOf(instructions: Instructions): 'en' | 'fr' {
  const language = 'language' in instructions ? instructions.language : undefined;
  return language?.startsWith('fr') ? 'fr' : 'en';
}

function languageLine(language: 'en' | 'fr'): string {
  return language === 'fr' ? 'Speak French.' : 'Speak English.';
}
