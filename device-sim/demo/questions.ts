import { readFileSync } from 'node:fs';
import { loadSpeech, type Speech } from '../mic/speech.ts';

/** Something a device asks: the text, and how it sounds. */
export interface Question {
  readonly text: string;
  readonly speech: Speech;
}

/** Which of the recordings that come with the demo recogniser each device plays. */
const RECORDINGS: Readonly<Record<string, readonly string[]>> = {
  kitchen: ['00.wav', '01.wav', '07.wav'],
  hall: ['06.wav', '05.wav', '02.wav'],
  desk: ['04.wav', '08.wav', '09.wav'],
};

/** The recorded questions of a device. */
export async function recordedQuestions(device: string): Promise<readonly Question[]> {
  const folder = new URL('../../../assets/asr-demo-model/samples/', import.meta.url);
  const texts = new Map(
    readFileSync(new URL('refs.tsv', folder), 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([file = '', , text = '']) => [file, text]),
  );
  const files = RECORDINGS[device] ?? [];
  return Promise.all(
    files.map(async (file) => ({
      text: texts.get(file) ?? '',
      speech: await loadSpeech({ wav: new URL(file, folder) }),
    })),
  );
}

/** A text as espeak says it: the voice that the demo recogniser understands best. */
export async function spokenQuestion(text: string): Promise<Question> {
  return { text, speech: await loadSpeech({ text }) };
}
