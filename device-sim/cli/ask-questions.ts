import { setTimeout as sleep } from 'node:timers/promises';
import { type SimDevice, SimError, type Speech } from '../device/sim-device.ts';

/** No answer after this long: the next question is asked. */
const REPLY_TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;
/** How often a device that reboots or sleeps is looked at, milliseconds. */
const LOOK_AGAIN_MS = 200;

/** How questions are asked. */
export interface AskOptions {
  /** How often all are asked; Infinity for ever. */
  readonly repeat: number;
  /** Between the end of an answer and the next question, milliseconds. */
  readonly pauseMs: number;
  readonly print: (line: string) => void;
}

/** Asks one question after another, each after the answer to the last. A device that is stopped is waited for. */
export async function askQuestions(
  device: SimDevice,
  questions: readonly Speech[],
  options: AskOptions,
): Promise<void> {
  const { repeat, pauseMs, print } = options;
  for (let round = 0; questions.length > 0 && round < repeat; round++) {
    for (const question of questions) {
      await connected(device);
      await sleep(pauseMs);
      try {
        await device.say(question);
        await device.waitForReply({ timeoutMs: REPLY_TIMEOUT_MS });
      } catch (error) {
        if (!(error instanceof SimError)) throw error;
        if (error.code === 'timeout') print(`${device.name}: no answer within ${REPLY_TIMEOUT_MS / 1000} s`);
        else if (error.code !== 'stopped') throw error;
      }
      await device.speaker.idle();
    }
  }
  if (questions.length > 0) print(`${device.name}: all questions asked, listening on until Ctrl-C`);
}

async function connected(device: SimDevice): Promise<void> {
  while (device.openSockets === 0) {
    try {
      await device.waitForConnection({ timeoutMs: DAY_MS });
    } catch (error) {
      if (!(error instanceof SimError)) throw error;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}
