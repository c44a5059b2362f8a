import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from '#src/conversation/speaking/sentences';
import { ManualClock } from '#src/core/manual-clock';
import { ScriptedLlm } from '#src/engines/scripted/scripted-llm';
import { toSpokenText } from '#src/text/spoken-text';

/** What the demo's recordings say. */
const QUESTIONS = readFileSync(new URL('../assets/asr-demo-model/samples/refs.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t')[2] ?? '');

/** The pieces in which an answer goes to a voice, and how many tokens it took until the first one. */
async function spoken(question: string, chance: number): Promise<{ pieces: string[]; tokensToFirst: number }> {
  const llm = new ScriptedLlm({ clock: new ManualClock(), random: () => chance, timeZone: 'UTC' });
  const splitter = new SentenceSplitter();
  const pieces: string[] = [];
  let tokens = 0;
  let tokensToFirst = 0;
  const { signal } = new AbortController();
  for await (const delta of llm.reply([{ role: 'user', content: question }], { signal })) {
    if (delta.type !== 'token') continue;
    tokens += 1;
    pieces.push(...splitter.push(delta.text));
    if (pieces.length > 0 && tokensToFirst === 0) tokensToFirst = tokens;
  }
  pieces.push(...splitter.flush());
  return { pieces, tokensToFirst: tokensToFirst || tokens };
}

describe('the scripted answers', () => {
  it.each(QUESTIONS)('can be spoken as they are and begin soon: "%s"', async (question) => {
    for (let chance = 0; chance < 1; chance += 0.1) {
      const { pieces, tokensToFirst } = await spoken(question, chance);
      for (const piece of pieces) expect(toSpokenText(piece)).toBe(piece);
      expect(pieces.length).toBeGreaterThan(0);
      expect(tokensToFirst, pieces[0]).toBeLessThanOrEqual(12);
    }
  });
});
