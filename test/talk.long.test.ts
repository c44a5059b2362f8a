import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { concatSamples } from '#src/audio/pcm';
import { encodeWav } from '#src/audio/wav';
import { Chromium, type ChromiumOptions, hasChromium } from '../device-sim/testing/chromium.ts';
import { demoSample, wordErrors } from './support/audio/demo-samples.ts';
import { needs } from './support/needs.ts';
import { type Program, startProgram, temporaryFolder } from './support/program.ts';

const QUESTION = demoSample('01.wav');

async function browser(options: ChromiumOptions): Promise<Chromium> {
  const chromium = await Chromium.start(options);
  onTestFinished(() => chromium.close());
  return chromium;
}

/** `npm run talk`, ended gently: it has a backend to end too. */
function startTalk(...args: readonly string[]): Program {
  const program = startProgram(['--port', '0', ...args], { entry: 'device-sim/talk/talk.js' });
  onTestFinished(async () => {
    program.child.kill('SIGTERM');
    await program.ended;
  });
  return program;
}

/** What the page shows. */
const text = (chromium: Chromium, selector: string) =>
  chromium.run(`[...document.querySelectorAll('${selector}')].map((item) => item.textContent).join(' | ')`);

describe.skipIf(!needs(hasChromium(), 'chromium', 'talking through a browser'))('npm run talk', () => {
  it('a question spoken into a browser comes back as an audible answer', async () => {
    const program = startTalk();
    const [, url = ''] = await program.printed(/Open (http:\/\/localhost:\d+\/)/);
    expect(program.out()).toContain('It does NOT understand people yet');

    const question = join(temporaryFolder(), 'question.wav');
    // The browser's microphone begins before the page has said hello.
    writeFileSync(question, encodeWav(concatSamples([new Int16Array(32_000), QUESTION.samples]), 16_000));
    const chromium = await browser({ microphone: question });
    await chromium.open(url);
    await chromium.run(`document.querySelector('#talk').click()`);

    await expect.poll(() => text(chromium, '#words .answer')).toMatch(/^dialtone: .{5,}/);
    const heard = String(await text(chromium, '#words .heard')).replace(/^You: /, '');
    // The browser works on the sound, and in real time: a word may suffer.
    expect(wordErrors(QUESTION.text, heard), heard).toBeLessThanOrEqual(2);
    expect(Number(await chromium.run(`document.querySelector('#mic').dataset.loudest`))).toBeGreaterThan(0.02);
    // What went to the loudspeaker of the browser, after everything.
    const loudest = () => chromium.run(`document.querySelector('#speaker').dataset.loudest`).then(Number);
    await expect.poll(loudest).toBeGreaterThan(0.1);
    expect(await chromium.run(`document.querySelector('#problem').hidden`)).toBe(true);
    expect(program.out()).toContain('a browser is here');

    program.child.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
  });

  it('the page says why it cannot have the microphone', async () => {
    const program = startTalk('--lan');
    const [, url = '', port = ''] = await program.printed(/Open (http:\/\/localhost:(\d+)\/)/);
    const refusing = await browser({ allowsMicrophone: false });
    await refusing.open(url);
    await refusing.run(`document.querySelector('#talk').click()`);
    await expect.poll(() => text(refusing, '#problem')).toContain('The browser refuses the microphone.');

    // Another machine's address: HTTP sends the browser on to HTTPS, where it has the microphone.
    const lan = /(https:\/\/[\d.]+:\d+\/)/.exec(program.out())?.[1];
    if (lan !== undefined) {
      const chromium = await browser({});
      await chromium.open(lan.replace('https:', 'http:'));
      expect(await chromium.run('location.protocol')).toBe('https:');
      expect(await chromium.run('window.isSecureContext')).toBe(true);
      await chromium.run(`document.querySelector('#talk').click()`);
      await expect.poll(() => text(chromium, '#state')).toBe('Speak.');
    }
    expect(Number(port)).toBeGreaterThan(0);
  });
});
