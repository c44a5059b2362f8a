import type { LogLine } from './backend-process.ts';

const NAME_WIDTH = 9;
const STEP_WIDTH = 10;

/** Writes one line a step. */
export type Print = (line: string) => void;

/** A line of the demo: which device, which step, and what. */
export function stepLine(device: string, step: string, text: string): string {
  return `${device.padEnd(NAME_WIDTH)}${step.padEnd(STEP_WIDTH)}${text}`;
}

/** What the backend's log line says to a person who watches; undefined for lines that tell them nothing. */
export function describeLogLine(line: LogLine): string | undefined {
  const { device = '' } = line;
  const pii = (line.pii ?? {}) as { heard?: string; answer?: string };
  const stages = (line.stages_ms ?? {}) as Readonly<Record<string, number>>;
  switch (line.event) {
    case 'engine.chosen':
    case 'engine.warning':
      return String(line.msg);
    case 'device.connected':
      return stepLine(device, 'line up', '');
    case 'device.disconnected':
      return stepLine(device, 'line down', '');
    case 'turn.heard':
      return stepLine(device, 'heard', `"${pii.heard}"  (${timings(stages, ['endpointing', 'transcription'])})`);
    case 'turn.ended':
      return stepLine(
        device,
        line.outcome === 'answered' ? 'answered' : String(line.outcome),
        answerText(line, pii.answer ?? '', stages),
      );
    default:
      return undefined;
  }
}

function answerText(line: LogLine, answer: string, stages: Readonly<Record<string, number>>): string {
  const error = line.error as { code?: string; message?: string } | undefined;
  if (error) return `${error.code}: ${error.message}`;
  const spoken = seconds(Number(line.spoken_ms ?? 0));
  const parts = timings(stages, ['llm_first_token', 'first_sentence', 'tts_first_byte', 'playback', 'total']);
  return answer === '' ? '' : `"${answer}"  (${parts}; ${spoken} of speech)`;
}

const STAGE_WORDS: Readonly<Record<string, string>> = {
  endpointing: 'end of speech seen after',
  transcription: 'last words after',
  llm_first_token: 'reply',
  first_sentence: 'sentence',
  tts_first_byte: 'voice',
  playback: 'playing',
  total: 'speech to answer',
};

function timings(stages: Readonly<Record<string, number>>, names: readonly string[]): string {
  return names
    .filter((name) => stages[name] !== undefined)
    .map((name) => `${STAGE_WORDS[name]} ${seconds(stages[name] ?? 0)}`)
    .join(', ');
}

/** Milliseconds as people read them: "40 ms", "1.9 s". */
export function seconds(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}
