import type { Instructions } from '../../config/instructions-schema.ts';
import { loadPromptData, type PromptData, QUIZ_LENGTH } from '../../config/prompt-data.ts';
import type { Random } from '../../core/clock.ts';
import type { NewsSource } from '../../news/news-source.ts';
import { baseLanguage } from '../../text/language-tag.ts';
import type { Prompts } from '../ports.ts';
import { EXPLANATION_TASK } from './explanation.ts';
import { framePrompt } from './frame.ts';
import { guessAnimalTask } from './guess-animal.ts';
import { languageLine, languageOf } from './language.ts';
import { newsTask, noNewsTask } from './news.ts';
import { pick } from './pick.ts';
import { quizTask } from './quiz-show.ts';
import { smalltalkTask } from './smalltalk.ts';

/** Headlines in one prompt. */
const HEADLINES = 10;

/** What prompts are made from. */
export interface PromptOptions {
  readonly random: Random;
  /** Default: there is never any news. */
  readonly news?: NewsSource;
  /** Folder of the data files, a URL that ends in a slash. Default: those that dialtone brings along. */
  readonly folder?: URL;
}

/**
 * Makes the writer of system prompts. The data files are read here, once.
 * @throws DialtoneError `engine_misconfigured` that names the file that is wrong
 */
export function createPrompts({ random, news, folder }: PromptOptions): Prompts {
  const data = loadPromptData(folder);
  return {
    render: (instructions) =>
      framePrompt(
        languageLine(instructions),
        task(instructions, { data, random, headlines: () => news?.headlines() ?? [] }),
      ),
  };
}

interface Sources {
  readonly data: PromptData;
  readonly random: Random;
  readonly headlines: () => readonly string[];
}

function task(instructions: Instructions, sources: Sources): string {
  const { data, random } = sources;
  // The data exist in these two; the language model speaks of them in any.
  const language = baseLanguage(languageOf(instructions)) === 'fr' ? 'fr' : 'en';
  const one = <T>(items: readonly T[], of: (item: T) => string) => pick(items, 1, random).map(of).join('');
  const smalltalk = () => smalltalkTask(one(data.starters[language], (starter) => starter));
  switch (instructions.type) {
    case 'constant':
      return instructions.text;
    case 'smalltalk':
      return smalltalk();
    case 'quiz_show':
      return quizTask(pick(data.quiz.questions, QUIZ_LENGTH, random));
    case 'guess_animal': {
      const { easy, hard } = data.animals;
      return guessAnimalTask(
        one(easy, (animal) => animal[language]),
        one(hard, (animal) => animal[language]),
      );
    }
    case 'news': {
      const headlines = pick(sources.headlines(), HEADLINES, random);
      return headlines.length > 0 ? newsTask(headlines) : noNewsTask(smalltalk());
    }
    case 'unmute_explanation':
      return EXPLANATION_TASK;
  }
}
