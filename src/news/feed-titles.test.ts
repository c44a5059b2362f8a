import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR, repeated } from '../../test/support/growth.ts';
import { feedTitles } from './feed-titles.ts';

const rss = (items: string) => `<?xml version="1.0"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>The paper</title>
<image><title>Logo</title></image>${items}</channel></rss>`;

const TABLE: readonly { why: string; xml: string; titles: string[] }[] = [
  { why: 'RSS', xml: rss('<item><title>One</title></item><item><title>Two</title></item>'), titles: ['One', 'Two'] },
  {
    why: 'CDATA and entities',
    xml: rss(
      '<item><title><![CDATA[A <b>&amp;</b> B]]></title></item><item><title>C &amp;amp; D&#x27;s</title></item>',
    ),
    titles: ['A <b>&amp;</b> B', "C &amp; D's"],
  },
  {
    why: 'titles of other things within an item',
    xml: rss('<item><media:title>No</media:title><source><title>No</title></source><title>Yes</title></item>'),
    titles: ['Yes'],
  },
  {
    why: 'Atom',
    xml: `<feed xmlns="http://www.w3.org/2005/Atom"><title>The paper</title><entry><title type="html">One &lt;i>two&lt;/i></title>
      <source><title>No</title></source></entry><entry><title type="xhtml"><div>Three <b>four</b></div></title></entry></feed>`,
    titles: ['One <i>two</i>', 'Three four'],
  },
  {
    why: 'Atom with a prefix',
    xml: '<a:feed xmlns:a="x"><a:entry><title>No</title><a:title>Yes</a:title></a:entry></a:feed>',
    titles: ['Yes'],
  },
  {
    why: 'RSS 0.91, with capital letters',
    xml: '<!DOCTYPE RSS PUBLIC "-//Netscape//DTD RSS 0.91//EN" "a>b.dtd"><RSS><Channel><Item><Title>Yes</Title></Item>',
    titles: ['Yes'],
  },
  {
    why: 'a document that breaks off within a title',
    xml: rss('<item><title>One</title></item><item><title>Half a ti').replace(/<\/channel>.*/, ''),
    titles: ['One'],
  },
  {
    why: 'RSS 1.0',
    xml: '<rdf:RDF xmlns="x"><channel><title>No</title></channel><item rdf:about="y"><title>Yes</title></item></rdf:RDF>',
    titles: ['Yes'],
  },
  {
    why: 'comments, instructions and quoted angle brackets',
    xml: rss('<!-- <item><title>No</title></item> --><?x <title>?><item a=">" b=\'"\'><title\n>Yes</title ></item>'),
    titles: ['Yes'],
  },
  {
    why: 'elements that are not closed, or never opened',
    xml: rss('<item><title>One<br></title></b></item><item><title>Two</item><item><title>Three</title>'),
    titles: ['One', 'Two', 'Three'],
  },
  { why: 'an empty title', xml: rss('<item><title/></item><item><title>One</title></item>'), titles: ['', 'One'] },
  { why: 'a lonely angle bracket', xml: rss('<item><title>1 < 2</title></item>'), titles: ['1 < 2'] },
  { why: 'no items', xml: rss(''), titles: [] },
  {
    why: 'an entity bomb',
    xml: `<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"> <!ENTITY x SYSTEM "file:///etc/passwd">] >
      <rss><channel><item><title>Ha &b;&x; ha</title></item></channel></rss>`,
    titles: ['Ha    ha'],
  },
];

describe('feedTitles', () => {
  it.each(TABLE)('knows $why', ({ xml, titles }) => {
    expect(feedTitles(xml)).toEqual(titles);
  });

  it.each(['', 'garbage', '<html><body><item><title>No</title></item></body></html>', '<!DOCTYPE rss [', '{"a": 1}'])(
    'refuses what is no feed: %s',
    (xml) => {
      expect(() => feedTitles(xml)).toThrow(expect.objectContaining({ code: 'engine_bad_answer' }));
    },
  );

  it('refuses a feed that is nested without end', () => {
    expect(() => feedTitles(`<rss>${'<a>'.repeat(1_000)}`)).toThrow(/nested more than 100 deep/);
  });

  it('looks at no more titles than are of use', () => {
    expect(feedTitles(rss('<item><title>a</title></item>'.repeat(5_000)))).toHaveLength(200);
  });

  it('throws nothing else, whatever the document', () => {
    const unit = fc.constantFrom(
      '<',
      '>',
      '/',
      '<item>',
      '<title>',
      '</title>',
      '<![CDATA[',
      ']]>',
      '<!',
      '"',
      '&',
      'a',
      ';',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (rest) => {
        try {
          for (const title of feedTitles(`<rss>${rest}`)) expect(title.length).toBeLessThan(10_001);
        } catch (error) {
          expect(error).toMatchObject({ code: 'engine_bad_answer' });
        }
      }),
    );
  });

  it('takes time in proportion to length for a megabyte of anything', () => {
    for (const unit of [
      '<',
      '<a b="',
      '<!--',
      '<!x[',
      '<![CDATA[',
      '</a>',
      '<item/>',
      '&a;',
      ']',
      '<title>',
      '<a x=">">',
    ]) {
      let error: unknown;
      const read = (xml: string) => {
        try {
          feedTitles(xml);
        } catch (cause) {
          error = cause;
        }
      };
      const grown = growth(repeated(unit, '<rss><item><title>'), 1_000_000 / unit.length, read);
      if (error !== undefined) expect(error, unit).toMatchObject({ code: 'engine_bad_answer' });
      expect(grown, unit).toBeLessThan(LINEAR);
    }
  });
});
