import { describe, expect, it } from 'vitest';
import { type Announced, announcements } from './announcements.ts';

const nothing: Announced = {
  name: 'dialtone on pi',
  hotpinName: 'HotpinServer',
  version: '1.2.3',
  restPort: undefined,
  listener: undefined,
  hotpin: { count: 0, needsToken: false },
};
const listener = { port: 8765, isSecure: false };

describe('what this machine announces', () => {
  it.each<[Partial<Announced>, readonly unknown[]]>([
    [{}, []],
    [{ hotpin: { count: 1, needsToken: true } }, []],
    [
      { restPort: 8000 },
      [{ type: 'dialtone', name: 'dialtone on pi', port: 8000, txt: { version: '1.2.3', rest_port: '8000' } }],
    ],
    [
      { restPort: 8000, listener: { port: 8765, isSecure: true } },
      [
        {
          type: 'dialtone',
          name: 'dialtone on pi',
          port: 8765,
          txt: { version: '1.2.3', rest_port: '8000', listen_port: '8765', tls: 'true' },
        },
      ],
    ],
    [
      { listener, hotpin: { count: 2, needsToken: true } },
      [
        expect.objectContaining({ type: 'dialtone', port: 8765 }),
        {
          type: 'hotpin',
          name: 'HotpinServer',
          port: 8765,
          txt: { path: '/ws', tls: 'false', token_required: 'true' },
        },
      ],
    ],
  ])('%#', (fields, expected) => {
    expect(announcements({ ...nothing, ...fields })).toEqual(expected);
  });
});
