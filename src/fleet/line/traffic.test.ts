import { expect, it } from 'vitest';
import { FakeLink } from '../../../test/support/devices/fake-link.ts';
import { Traffic } from './traffic.ts';

it('counts bytes both ways, of text as UTF-8, over one link after another', () => {
  const traffic = new Traffic();
  const links = [new FakeLink(), new FakeLink()];
  for (const link of links) {
    const counted = traffic.counted(link);
    counted.send(new Uint8Array(100));
    counted.send('Küche');
  }
  traffic.received(new Uint8Array(7));
  traffic.received('é');
  expect(traffic.total).toEqual({ receivedBytes: 9, sentBytes: 212 });
  expect(links.map(({ texts, binaries }) => [...texts, binaries.length])).toEqual([
    ['Küche', 1],
    ['Küche', 1],
  ]);
});

it('the link is the same in everything else', () => {
  const link = new FakeLink();
  const counted = new Traffic().counted(link);
  expect([counted.kind, counted.openedBy, counted.bufferedBytes, counted.arrival]).toEqual([
    link.kind,
    link.openedBy,
    link.bufferedBytes,
    undefined,
  ]);
  counted.close('policy', 'sends too much');
  expect(link.closes).toEqual(['policy']);
});
