import { describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../../core/async-queue.ts';
import type { SttResult, SttStream } from '../../../engines/stt.ts';
import { type Answer, BlindStream } from './blind-stream.ts';

class Request implements SttStream {
  readonly engine = 'blind';
  readonly capabilities = { partials: false, wordTimings: false };
  readonly results = new AsyncQueue<SttResult>();
  samples = 0;
  ended = false;

  write(samples: Int16Array): void {
    this.samples += samples.length;
  }

  end(): void {
    this.ended = true;
  }

  answer(text: string): void {
    this.results.push({ type: 'final', text });
    this.results.end();
  }
}

const FRAME = new Int16Array(320).fill(1);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp() {
  const requests: Request[] = [];
  const open = () => {
    const request = new Request();
    requests.push(request);
    return request;
  };
  const abort = new AbortController();
  const answers: (Answer | null)[] = [];
  const stream = new BlindStream(open(), open, abort.signal, (answer) => answers.push(answer));
  const write = (frames: number) => {
    for (let frame = 0; frame < frames; frame++) stream.write(FRAME);
  };
  const results = (async () => {
    const all: SttResult[] = [];
    for await (const result of stream.results) all.push(result);
    return all;
  })();
  return { stream, requests, abort, answers, write, results };
}

describe('an utterance for a recogniser that waits for the end', () => {
  it('sends nothing before it is asked, and all of it at the end', async () => {
    const { stream, requests, write, results } = setUp();
    write(50);
    expect(requests.map(({ samples }) => samples)).toEqual([0]);
    stream.end();
    requests[0]?.answer('hello');
    expect(requests.map(({ samples, ended }) => [samples, ended])).toEqual([[16_000, true]]);
    expect(await results).toEqual([{ type: 'final', text: 'hello' }]);
  });

  it('that was asked early and said nothing more is not asked again', async () => {
    const { stream, requests, answers, write, results } = setUp();
    write(50);
    stream.ask();
    requests[0]?.answer('hello');
    await settle();
    expect(answers).toEqual([{ type: 'final', text: 'hello' }]);
    write(20);
    stream.settle();
    expect(await results).toEqual([{ type: 'final', text: 'hello' }]);
    expect(requests).toHaveLength(1);
  });

  it('that went on is asked again with all of it', async () => {
    const { stream, requests, write, results } = setUp();
    write(50);
    stream.ask();
    requests[0]?.answer('set a timer for');
    await settle();
    write(50);
    stream.end();
    requests[1]?.answer('set a timer for five minutes');
    expect(requests[1]?.samples).toBe(32_000);
    expect(await results).toEqual([{ type: 'final', text: 'set a timer for five minutes' }]);
  });

  it('takes no early answer that comes after a later question', async () => {
    const { stream, requests, answers, write, results } = setUp();
    write(10);
    stream.ask();
    write(10);
    stream.end();
    requests[0]?.answer('early');
    await settle();
    requests[1]?.answer('late');
    expect(await results).toEqual([{ type: 'final', text: 'late' }]);
    expect(answers).toEqual([]);
  });

  it('fails when what was asked last fails, and says so before when it goes on', async () => {
    const { stream, requests, answers, write, results } = setUp();
    write(10);
    stream.ask();
    requests[0]?.results.fail(new Error('broken'));
    await settle();
    expect(answers).toEqual([null]);
    stream.settle();
    await expect(results).rejects.toThrow('broken');
  });

  it('that is not worth a request sends none', async () => {
    const { stream, requests, write, results } = setUp();
    write(10);
    stream.discard();
    expect(await results).toEqual([{ type: 'final', text: '' }]);
    expect(requests.map(({ ended }) => ended)).toEqual([false]);
  });

  it('keeps at most 30 s', async () => {
    const { stream, requests, write } = setUp();
    write(2_000);
    stream.end();
    expect(requests[0]?.samples).toBe(480_000);
  });

  it('that is thrown away ends without a result', async () => {
    const { abort, results } = setUp();
    abort.abort();
    expect(await results).toEqual([]);
  });
});
