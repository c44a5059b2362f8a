import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('HTML', () => {
  it.each([
    ['&lt;b&gt;bold&lt;/b&gt; text', 'bold text'],
    ['&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;', 'bold'],
    ['Tom &amp; Jerry', 'Tom and Jerry'],
    ['caf&eacute; it&#39;s &quot;ok&quot;', 'café it\'s "ok"'],
    ['&#x48;&#105; &#x1F600; there', 'Hi there'],
    ['5 &lt; 10', '5 is less than 10'],
    ['&euro;5 and &pound;3', '5 euros and 3 pounds'],
    ['a&nbsp;b &mdash; c&hellip;', 'a b, c...'],
    ['20&deg;C &frac12;', '20 degrees Celsius one half'],
    ['un<b>believ</b>able', 'unbelievable'],
    ['<p>Hello</p><ul><li>one</li><li>two</li></ul>', 'Hello one two'],
    ['<!-- note -->Hi<script>let a = 1;</script>', 'Hi'],
    ['H<sub>2</sub>O and x<sup>2</sup>', 'H 2 O and x squared'],
    ['word<sup>1</sup> and <sup>[2]</sup>more', 'word and more'],
    ['<a href="https://a.example">the page</a>', 'the page'],
    ['<speak>Hi<break time="1s"/>there</speak>', 'Hi there'],
    ['See <https://a.example/b>.', 'See a link.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('HTML in French and German', () => {
  it.each([['&lt;i&gt;Caf&eacute;&lt;/i&gt; &amp; th&eacute; 5 &euro;', 'Café et thé 5 euros']])(
    'says %j',
    (text, spoken) => {
      expect(toSpokenText(text, 'fr')).toBe(spoken);
    },
  );
});

describe('HTML in a language without a lexicon', () => {
  it.each([['&lt;b&gt;Hola&lt;/b&gt; se&ntilde;or', 'Hola señor']])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'es')).toBe(spoken);
  });
});
