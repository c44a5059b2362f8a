import { describe, expect, it } from 'vitest';
import { parseScenario, runScenario } from './scenario.ts';

/** A scenario with these expectations, and steps if need be. */
function scenario(expected: string, steps = '- say: hello there', more = '') {
  return parseScenario(`name: a test\n${more}\nsteps:\n${indent(steps)}\nexpect:\n${indent(expected)}`, 'test.yaml');
}

const indent = (yaml: string) => yaml.replace(/^/gm, '  ');

/** The report of a scenario that must not come true. */
async function failure(...given: Parameters<typeof scenario>): Promise<string> {
  return runScenario(scenario(...given)).then(
    () => 'it came true',
    (error: Error) => error.message,
  );
}

const STORY = `engines: {llm: {replies: ["Once upon a time there was a king who had three sons."]}}`;

describe('a scenario that does not come true says where, what was expected and what came instead', () => {
  it.each([
    ['turns: []', 'expect.turns\n    expected: 0 turns\n    got:      ["user answered \\"hello there\\""]'],
    ['turns: [{outcome: failed}]', 'expect.turns[0].outcome\n    expected: failed\n    got:      answered'],
    ['turns: [{kind: say}]', 'expect.turns[0].kind\n    expected: say\n    got:      user'],
    ['turns: [{heard: hello}]', 'expect.turns[0].heard\n    expected: hello\n    got:      hello there'],
    ['turns: [{answer: /^Bad/}]', 'expect.turns[0].answer\n    expected: /^Bad/\n    got:      Fine thanks.'],
    ['turns: [{error: internal}]', 'expect.turns[0].error\n    expected: internal\n    got:      none'],
    ['history: [{user: hello there}]', 'expect.history\n    expected: [{"user":"hello there"}]'],
    ['history: [{user: hello there}, {assistant: Fine thanks., interrupted: true}]', 'expect.history'],
    ['wire: [reply_done, reply_started]', 'expect.wire\n    expected: ["reply_done","reply_started"]'],
    ['wire: [listening false]', 'got:      ["listening true"'],
    ['played: Fine', 'expect.played\n    expected: Fine\n    got:      Fine thanks.'],
    ['llm_calls: {total: 2}', 'expect.llm_calls.total\n    expected: 2\n    got:      1'],
    ['llm_calls: {cancelled: {min: 1}}', 'expect.llm_calls.cancelled\n    expected: {"min":1}\n    got:      0'],
    ['utterances: 0', 'expect.utterances\n    expected: 0\n    got:      1'],
    ['rest: [{outcome: played}]', 'expect.rest'],
    ['nothing_sent_after_interruption: true', 'expected: an interruption\n    got:      none'],
  ])('%s', async (expected, report) => {
    const text = await failure(expected);
    expect(text).toContain('scenario "a test" (test.yaml)');
    expect(text).toContain(report);
    expect(text).toContain('> say "hello there"');
  });

  it.each([
    [
      'within_ms: { answer_starts: 100 }',
      'steps[0].within_ms.answer_starts  (say "hello there")\n    expected: 100\n    got:      ',
    ],
    ['within_ms: { answer_starts: { min: 5000 } }', 'expected: {"min":5000}\n    got:      '],
    [
      'within_ms: { stops: 100 }',
      'steps[0].within_ms.stops  (say "hello there")\n    expected: 100\n    got:      never',
    ],
  ])('%s', async (within, report) => {
    expect(await failure('{}', `- say: hello there\n  ${within}`)).toContain(report);
  });

  it('a step that cannot be carried out', async () => {
    expect(await failure('{}', '- press: {over_answer_at_ms: 5}')).toContain(
      'steps[0]  (press)\n    no answer began to sound within 60 s',
    );
    const late = '- say: hello there\n- silence: 1500\n- press: {over_answer_at_ms: 200}';
    expect(await failure('{}', late, STORY)).toMatch(/the answer has sounded for \d+ ms already, not 200/);
  });
});

describe('a scenario that is none', () => {
  it.each([
    ['name: x', 'steps: '],
    ['name: x\nsteps: [{say: hello}]\nexpect: {}\nsurprise: 1', 'Unrecognized key: "surprise"'],
    ['name: x\nsteps: [{say: {text: hello, loud: true}}]\nexpect: {}', 'steps.0.say: Unrecognized key: "loud"'],
    ['name: x\nsteps: [{whisper: hello}]\nexpect: {}', 'Unrecognized key: "whisper"'],
    ['name: x\nsteps: [{say: hello, noise: 5}]\nexpect: {}', 'a step does one thing'],
    ['name: x\nsteps: [{say: {text: a | b}}]\nexpect: {}', '1 pauses need as many lengths'],
    ['name: x\nsteps: [{say: {text: a, after_ms: 1, over_answer_at_ms: 1}}]\nexpect: {}', 'a step begins at one time'],
    ['name: x\nsteps: [{say: {sample: 01.wav}}]\nexpect: {}', 'only with "engines: demo"'],
    ['name: x\nsteps: [press]\nexpect: {turns: [{outcome: fine}]}', 'expect.turns.0.outcome'],
    ['name: x\nsteps: [press]\nexpect: {}\nengines: {llm: {speed: 1}}', 'engines.llm: Unrecognized key: "speed"'],
    ['name: x\nsteps: [press]\nexpect: {played: a}\nengines: demo', 'expect.played: this cannot be seen'],
    ['name: x\nsteps: [press]\nexpect: {}\nengines: {demo: true, stt: {}}', 'engines: Unrecognized key: "stt"'],
  ])('%j', (yaml, fault) => {
    expect(() => parseScenario(yaml, 'bad.yaml')).toThrow(/^bad\.yaml is no scenario:/);
    expect(() => parseScenario(yaml, 'bad.yaml')).toThrow(fault);
  });
});

describe('the stage', () => {
  it('plays a scenario the same each time', async () => {
    for (let time = 0; time < 3; time++) {
      await runScenario(
        scenario('turns: [{outcome: answered}, {outcome: answered}]', '- say: a\n- silence: 30000\n- say: b'),
      );
    }
  });

  it('knows what the loudspeaker has played when it is cut short', async () => {
    const steps = '- say: hello there\n- interrupt: {over_answer_at_ms: 1050}';
    const text = 'played: Once upon a time there\nrest: [{outcome: accepted}]\nnothing_sent_after_interruption: true';
    await runScenario(scenario(text, steps, STORY));
    const later = steps.replace('1050', '1250');
    await runScenario(scenario('played: Once upon a time there was', later, STORY));
  });

  it('gives the recogniser only what the microphone really heard', async () => {
    const steps = '- disconnect\n- say: nobody hears this\n- reconnect\n- say: hello there';
    await runScenario(scenario('turns: [{heard: hello there}]\nutterances: 1', steps));
  });

  it('lets the echo of our own words through the microphone', async () => {
    // So late that nothing takes it for an echo: the recogniser is begun for it.
    const echo = `${STORY}\necho: {gain_db: -20, delay_ms: 1400}`;
    await runScenario(scenario('utterances: {min: 2}', undefined, echo));
  });
});
