import { describe, expect, it } from 'vitest';
import { ConversationRig } from '../../test/support/conversation/conversation-rig.ts';

const instructions = (language: string) => ({ type: 'smalltalk', language });

/** A conversation in which the model says this. */
async function told(entry: Readonly<Record<string, unknown>>, ...tokens: string[]): Promise<ConversationRig> {
  const rig = new ConversationRig({ entry });
  await rig.hear(0, 3_000);
  rig.llm.auto = tokens;
  await rig.ask();
  await rig.hear(0, 10_000);
  return rig;
}

describe('a German device', () => {
  it('is heard and spoken to in German', async () => {
    const rig = await told({ instructions: instructions('de') }, 'Es ist 15:30. ', 'Guten Tag!');
    expect(rig.stt.utterances[0]?.options.language).toBe('de');
    expect(rig.tts.said.map(({ text }) => text).join(' ')).toBe('Es ist 15 Uhr 30. Guten Tag!');
    expect(new Set(rig.tts.said.map(({ language }) => language))).toEqual(new Set(['de']));
  });
});

describe('a device with two languages', () => {
  it('pins the recogniser to none', async () => {
    const rig = await told({ instructions: instructions('en/fr') }, 'Fine.');
    expect(rig.stt.utterances[0]?.options).not.toHaveProperty('language');
  });

  it('speaks each sentence in its own, and what does not tell in that of the sentence before', async () => {
    const rig = await told(
      { instructions: instructions('en/fr') },
      'Il fait très beau et chaud dans les rues aujourd’hui. ',
      'Magnifique panorama, superbe lumière! ',
      'The sun is out and the streets are full of people.',
    );
    expect(rig.tts.said.map(({ language }) => language)).toEqual(['fr', 'fr', 'en']);
  });
});

describe('an engine that knows the languages of its voices', () => {
  it('chooses the voice for each sentence, and what it has none for is told', async () => {
    const rig = new ConversationRig({ entry: { voice: 'Dev (news)' } });
    const voices: Readonly<Record<string, string>> = { en: 'Dev (news)', zh: 'Li' };
    Object.assign(rig.tts, { voiceFor: (_: string, language: string) => voices[language] });
    await rig.hear(0, 3_000);
    rig.llm.auto = [
      'The weather is fine in the mountains today. ',
      '今天天气很好，我们可以一起去公园散步，然后去喝咖啡，晚上再去看电影。 ',
      'Сегодня очень хорошая погода, мы пойдём гулять в парк.',
    ];
    await rig.ask();
    await rig.hear(0, 12_000);
    expect(rig.tts.said.map(({ voice, language }) => [voice, language])).toEqual([
      ['Dev (news)', 'en'],
      ['Li', 'zh'],
      ['Dev (news)', 'ru'],
    ]);
    expect(rig.all('device.warning')).toMatchObject([
      { code: 'no_voice_for_language', message: expect.stringContaining('"ru"') },
    ]);
  });
});
