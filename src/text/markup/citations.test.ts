import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('citations', () => {
  it.each([
    ['【4†source】', ''],
    ['It is so【4†source】. And more【4:0†report.pdf】.', 'It is so. And more.'],
    ['It is late [1].', 'It is late.'],
    ['It is late.[1] Go.', 'It is late. Go.'],
    ['It is late [2, 3] or not[4].', 'It is late or not.'],
    ['It is late [1-3] or not [5–7].', 'It is late or not.'],
    ['As said[^1], it is.[^note]', 'As said, it is.'],
    ['One [1][2] two', 'One two'],
    ['[1] apple\n[2] pear', 'apple pear'],
    ['It works (Smith et al., 2020).', 'It works.'],
    ['It works (Smith & Jones, 2019; Brown, 2020).', 'It works.'],
    ['It works (see Smith and Jones, 2019, p. 5).', 'It works.'],
    ['The word¹ and a sentence.² Yes.¹²', 'The word and a sentence. Yes.'],
    ['It is [citation needed] so [source].', 'It is so.'],
    ['See ([nytimes.com](https://nytimes.com/x)).', 'See.'],
    ['Look [1](https://a.b/c) there [[2]](https://a.b/d).', 'Look there.'],
    ['[cite: 1, 2] text [cite_start]more', 'text more'],
    ['Text\n\n[1]: https://a.example "A"\n[^2]: Smith 2020', 'Text'],
    ['It is so citeturn0search0.', 'It is so.'],
    ['Wiki[a] says[b].', 'Wiki says.'],
    ['Long [doc1] text [web:2] here [Source 3].', 'Long text here.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what looks like a citation', () => {
  it.each([
    ['Smith et al. (2020) say so.', 'Smith et al. (2020) say so.'],
    ['It was held (Paris, 2024).', 'It was held (Paris, 2024).'],
    ['Press [1] for yes or [2] for no.', 'Press 1 for yes or 2 for no.'],
    ['The interval [0, 1] and the list [1, 2, 3].', 'The interval 0, 1 and the list 1, 2, 3.'],
    ['See [the manual](https://a.example).', 'See the manual.'],
    ['It is [name] here.', 'It is name here.'],
    ['It is 5 m² and x².', 'It is 5 square metres and x squared.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('citations in French', () => {
  it.each([
    ['Il est tard【4†source】 [1] (Dupont et Martin, 2019).', 'Il est tard.'],
    ["C'est vrai[référence nécessaire].", "C'est vrai."],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('citations in a language without a lexicon', () => {
  it.each([
    ['Es tarde【4†source】 [1], sí².', 'Es tarde, sí².'],
    ['Es tarde.¹ Palabra².', 'Es tarde. Palabra.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'es')).toBe(spoken);
  });
});
