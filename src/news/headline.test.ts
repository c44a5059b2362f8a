import { describe, expect, it } from 'vitest';
import { distinctHeadlines, MAX_HEADLINES, toHeadline } from './headline.ts';

describe('toHeadline', () => {
  it.each([
    ['plain text', 'Rain in the north', 'Rain in the north'],
    ['HTML', 'Rain <b class="x">everywhere</b>, says <br/>office', 'Rain everywhere, says office'],
    ['entities of HTML', 'L&rsquo;&eacute;t&eacute; &amp; l&#39;hiver&nbsp;: &#x2014;', "L’été & l'hiver: —"],
    ['what only looks like an entity', 'AT&T; and Q&A &nonsense; &#0;&#xD800;x', 'AT and Q&A x'],
    ['a comparison', '1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['whitespace and control characters', ' a\n\tb\u0000\u202ec ', 'a b c'],
    ['only a picture', '<img src="x">', ''],
  ])('knows %s', (_, markup, headline) => {
    expect(toHeadline(markup)).toBe(headline);
  });

  it('is bounded', () => {
    expect(toHeadline('word '.repeat(100_000))).toHaveLength(200);
    expect(toHeadline(`${' '.repeat(300)}short`)).toBe('short');
  });
});

describe('distinctHeadlines', () => {
  it('leaves out what says nothing, and what was there', () => {
    expect(distinctHeadlines(['One', '', '...', 'Two', 'One'])).toEqual(['One', 'Two']);
  });

  it('keeps so many', () => {
    expect(distinctHeadlines(Array.from({ length: 90 }, (_, index) => `no ${index}`))).toHaveLength(MAX_HEADLINES);
  });
});
