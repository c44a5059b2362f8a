import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConversationRig, type RigOptions, settle } from '../../test/support/conversation/conversation-rig.ts';
import { parseWav } from '../audio/wav.ts';
import { FileTurnRecorder } from '../storage/recordings/file-turn-recorder.ts';

interface Line {
  readonly turn: number;
  readonly outcome: string;
  readonly heard: string;
  readonly user: { readonly file: string; readonly started_at: string; readonly ms: number } | null;
}

/** A conversation whose turns are recorded on the real disk. `kept` ends the recording and reads what there is. */
function recorded(options: RigOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-recorded-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const limits = { maxAgeMs: 1e12, maxBytes: 1e12 };
  const warnings: string[] = [];
  let recorder: FileTurnRecorder | undefined;
  const rig = new ConversationRig({
    ...options,
    recorder: (clock) => {
      recorder = new FileTurnRecorder({
        dir,
        clock,
        transcripts: true,
        ...limits,
        warn: (text) => warnings.push(text),
      });
      return recorder;
    },
  });
  const kept = async () => {
    await recorder?.close();
    expect(warnings).toEqual([]);
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
    const index = files.find((file) => file.endsWith('turns.jsonl'));
    const text = index === undefined ? '' : readFileSync(join(dir, index), 'utf8');
    const lines = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
    /** What the microphone heard in a turn: each value and for how long, milliseconds. */
    const user = (turn: number): [value: number, ms: number][] => {
      const file = files.find((name) => name.endsWith(`-${turn}-user.wav`));
      if (file === undefined) return [];
      const runs: [number, number][] = [];
      for (const sample of parseWav(readFileSync(join(dir, file))).samples) {
        const last = runs.at(-1);
        if (last?.[0] === sample) last[1] += 1 / 16;
        else runs.push([sample, 1 / 16]);
      }
      return runs;
    };
    return { files: files.filter((file) => /\.\w+$/.test(file)), lines, user };
  };
  return { rig, kept };
}

const WAKE_WORD: RigOptions = { entry: { activation: 'wake_word', wake_words: ['computer'] } };

/** Says something with a final text of its own, and waits until it is over. */
async function say(rig: ConversationRig, text: string): Promise<void> {
  rig.stt.auto = text;
  await rig.ask(text);
  await rig.hear(0, 2_000);
}

describe('the recording of a device that waits for its wake word', () => {
  it('keeps nothing of what is not said to it', async () => {
    const { rig, kept } = recorded(WAKE_WORD);
    await say(rig, 'my pin is one two three');
    rig.stt.auto = undefined;
    await rig.hear(500, 600);
    rig.conversation.detach();
    expect(rig.all('turn.ended').map(({ outcome }) => outcome)).toEqual(['no_speech', 'disconnected']);
    expect((await kept()).files).toEqual([]);
  });

  it('keeps what is: with the wake word, and for a while behind it', async () => {
    const { rig, kept } = recorded(WAKE_WORD);
    await say(rig, 'nothing for you');
    await say(rig, 'computer what time is it');
    await say(rig, 'and the date');
    await rig.hear(0, 10_000);
    await say(rig, 'nothing for you again');
    const { lines, user } = await kept();
    expect(lines.map(({ turn, heard }) => [turn, heard])).toEqual([
      [2, 'what time is it'],
      [3, 'and the date'],
    ]);
    expect(user(2)).toContainEqual([500, 400]);
  });

  it('does not take for it what goes on behind words that were not', async () => {
    const { rig, kept } = recorded(WAKE_WORD);
    rig.stt.auto = undefined;
    await rig.ask('my pin is');
    await rig.hear(500, 200);
    rig.stt.utterances[0]?.final('my pin is');
    await settle();
    rig.stt.utterances[1]?.partial('one two three');
    await rig.hear(0, 600);
    rig.stt.utterances[1]?.final('one two three');
    await rig.hear(0, 2_000);
    expect(rig.all('turn.ended').map(({ heard }) => heard)).toEqual(['', '']);
    expect(rig.llm.calls).toEqual([]);
    expect((await kept()).files).toEqual([]);
  });
});

describe('the recording of who speaks over an answer', () => {
  const ANSWER = 'One two three four five six seven eight nine ten eleven twelve.';

  /** A long answer has been played for 1.5 s. */
  async function answering(options: RigOptions = {}) {
    const { rig, kept } = recorded(options);
    rig.llm.auto = [ANSWER];
    await rig.hear(0, 3_000);
    await rig.ask();
    await rig.hear(0, 1_500);
    rig.stt.auto = undefined;
    rig.llm.auto = ['Fine.'];
    return { rig, kept };
  }

  it('has the words that interrupted', async () => {
    const { rig, kept } = await answering();
    await rig.hear(700, 400);
    rig.stt.utterances[1]?.partial('stop');
    const interruptedAt = rig.clock.wallNow();
    await rig.hear(800, 200);
    await rig.hear(0, 600);
    rig.stt.utterances[1]?.final('stop it');
    await rig.pass(2_000);
    const { lines, user } = await kept();
    const [before, stopping, speaking] = user(2);
    expect(before?.[0]).toBe(0);
    expect([stopping, speaking]).toEqual([
      [700, 400],
      [800, 200],
    ]);
    // The first sample was heard before the interruption was one.
    expect(Date.parse(lines[1]?.user?.started_at ?? '')).toBe(interruptedAt - 400 - (before?.[1] ?? 0));
    expect(user(1).map(([value]) => value)).not.toContain(700);
  });

  it('has them too when the recogniser says nothing before the end', async () => {
    const { rig, kept } = await answering({ hasPartials: false });
    await rig.hear(700, 400);
    await rig.hear(0, 1_500);
    rig.stt.utterances[1]?.final('stop it');
    await rig.pass(2_000);
    const { lines, user } = await kept();
    expect(lines[1]).toMatchObject({ heard: 'stop it' });
    expect(user(2)).toContainEqual([700, 400]);
  });

  it('has nothing of what came to nothing', async () => {
    const { rig, kept } = await answering();
    await rig.hear(700, 600);
    await rig.hear(0, 6_000);
    await rig.pass(2_000);
    expect(rig.all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered']);
    rig.stt.auto = 'and now';
    await rig.ask('and now');
    await rig.pass(2_000);
    const { lines, user } = await kept();
    expect(lines).toHaveLength(2);
    for (const turn of [1, 2]) expect(user(turn).map(([value]) => value)).not.toContain(700);
  });
});
