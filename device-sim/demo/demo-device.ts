import { setTimeout as sleep } from 'node:timers/promises';
import { rms } from '#src/audio/pcm';
import { type Print, seconds, stepLine } from '../backend/backend-view.ts';
import type { SimDevice } from '../device/sim-device.ts';
import type { Question } from './questions.ts';
import type { TurnRecord } from './verdict.ts';

/** An answer later than this after the question is none, milliseconds. */
const REPLY_TIMEOUT_MS = 30_000;

/** Below this root mean square, of 1, a loudspeaker counts as silent. */
const SILENCE_RMS = 0.005;

/** Time between an answer and the next question, milliseconds. */
const PAUSE_MS = 700;

/** What the backend made of the newest turn of a device. */
export interface HeardLog {
  /** Takes what was heard since the last call; undefined when nothing was. */
  take(device: string): string | undefined;
}

/** Asks a device's questions one after another, each after the answer to the last, and says what became of them. */
export async function askAll(
  name: string,
  device: SimDevice,
  questions: readonly Question[],
  heardLog: HeardLog,
  print: Print,
): Promise<TurnRecord[]> {
  const records: TurnRecord[] = [];
  for (const question of questions) {
    records.push(await ask(name, device, question, heardLog, print));
    await sleep(PAUSE_MS);
  }
  return records;
}

async function ask(
  name: string,
  device: SimDevice,
  question: Question,
  heardLog: HeardLog,
  print: Print,
): Promise<TurnRecord> {
  heardLog.take(name);
  const durationMs = (question.speech.samples.length * 1000) / question.speech.sampleRate;
  print(stepLine(name, 'says', `"${question.text}"  (${seconds(durationMs)})`));
  await device.say(question.speech);
  const reply = await device.waitForReply({ timeoutMs: REPLY_TIMEOUT_MS }).catch(() => undefined);
  const heard = heardLog.take(name) ?? '';
  const record = { device: name, said: question.text, heard };
  if (heard === '') return { ...record, failure: { stage: 'heard', reason: 'nothing was recognised' } };
  if (!reply) return { ...record, failure: { stage: 'answered', reason: 'no answer came' } };
  const error = reply.errors[0];
  if (error) return { ...record, failure: { stage: 'answered', reason: `${error.code}: ${error.message}` } };
  if (rms(reply.samples) < SILENCE_RMS) {
    return { ...record, failure: { stage: 'played', reason: 'the loudspeaker played no speech' } };
  }
  return record;
}
