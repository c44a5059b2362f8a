import { describe, expect, it } from 'vitest';
import { History } from './history.ts';

describe('History', () => {
  it('keeps the order and joins messages of one speaker', () => {
    const history = new History();
    history.add('user', 'hello');
    history.add('user', 'are you there');
    history.add('assistant', 'Yes.');
    expect(history.withSystem('be kind')).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'hello are you there' },
      { role: 'assistant', content: 'Yes.' },
    ]);
  });

  it('forgets the oldest beyond its bounds', () => {
    const history = new History();
    for (let turn = 0; turn < 500; turn++) {
      history.add('user', `question ${turn} ${'x'.repeat(200)}`);
      history.add('assistant', `answer ${turn}`);
    }
    const messages = history.withSystem('');
    expect(messages.length).toBeLessThanOrEqual(41);
    expect(messages.at(-1)?.content).toBe('answer 499');
    expect(messages.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(12_000);
  });

  it('survives one message longer than its bound', () => {
    const history = new History();
    history.add('user', 'x'.repeat(50_000));
    expect(history.withSystem('')).toHaveLength(2);
    history.add('assistant', 'short');
    expect(history.withSystem('')).toEqual([
      { role: 'system', content: '' },
      { role: 'assistant', content: 'short' },
    ]);
  });
});
