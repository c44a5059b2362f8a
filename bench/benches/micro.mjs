// The hot path piece by piece: nanoseconds and bytes for a frame.
import { startChild } from '../support/child.mjs';

/** Part of the codec's cost that reading and writing Ogg may have. */
const OGG_PART = 0.05;

export const codec = (report, options) => run(report, options, 'codec');
export const resample = (report, options) => run(report, options, 'resample');
export const vad = (report, options) => run(report, options, 'vad');
export async function protocol(report, options) {
  await run(report, options, 'protocol');
  const child = startChild('micro-main.mjs');
  try {
    for (const [name, { up, down }] of Object.entries(await child.call('bandwidth'))) {
      report.note(name, 'microphone, while it sends', up, 'kbit/s');
      report.note(name, 'answer, while it is spoken', down, 'kbit/s');
    }
  } finally {
    await child.stop();
  }
}

export async function ogg(report, options) {
  const pieces = await run(report, options, 'ogg');
  const ns = (name) => pieces.find((piece) => piece.name === name).ns;
  const part = (ns('parse a message') + ns('write a message')) / (ns('Opus decode') + ns('Opus encode'));
  if (options.quick) report.note('80 ms each way', 'Ogg against Opus', part, 'x');
  else report.atMost('80 ms each way', 'Ogg against Opus', part, 'x', OGG_PART);
}

async function run(report, { quick }, name) {
  // No young garbage is collected while bytes are counted.
  const child = startChild('micro-main.mjs', { execArgv: ['--max-semi-space-size=128', '--min-semi-space-size=128'] });
  try {
    const pieces = await child.call('measure', name, quick);
    for (const { name: piece, ns, bytes, message } of pieces) {
      report.note(piece, 'time', ns / 1000, 'µs');
      // Beyond what it hands on: objects of the engine itself are a few dozen bytes each.
      if (message === undefined || quick) report.note(piece, 'allocated', bytes, 'bytes');
      else report.atMost(piece, 'allocated', bytes, 'bytes', message);
    }
    return pieces;
  } finally {
    await child.stop();
  }
}
