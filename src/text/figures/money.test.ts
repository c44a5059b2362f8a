import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('money in English', () => {
  it.each([
    ['That is $49.95.', 'That is 49 dollars 95.'],
    ['$0.99, $.99 and $0.05', '99 cents, 99 cents and 5 cents'],
    ['$1, $1.00, $5 and $49.05', '1 dollar, 1 dollar, 5 dollars and 49 dollars and 5 cents'],
    ['$1,234.56 and $1,000,000', '1,234 dollars 56 and 1,000,000 dollars'],
    ['$12.5 and $3.999', '12.5 dollars and 3.999 dollars'],
    ['€1,50, 1,50 €, €1.50 and 1.50€', '1 euro 50, 1 euro 50, 1 euro 50 and 1 euro 50'],
    ['€1.234,56 and 5,- €', '1,234 euros 56 and 5 euros'],
    ['£2.50 and £0.50, 50p', '2 pounds 50 and 50 pence, 50 pence'],
    ['99¢ and 1 ¢', '99 cents and 1 cent'],
    ['₹500, Rs. 500', '500 rupees, 500 rupees'],
    ['CHF 5, 20 CHF, CHF 49.90', '5 Swiss francs, 20 Swiss francs, 49 Swiss francs 90'],
    [
      'US$5, US $5, A$10, C$3.50, R$ 10',
      '5 US dollars, 5 US dollars, 10 Australian dollars, 3 Canadian dollars 50, 10 reais',
    ],
    ['USD 49.95, 49.95 USD, EUR 5, 5 EUR, 3 GBP', '49 US dollars 95, 49 US dollars 95, 5 euros, 5 euros, 3 pounds'],
    ['¥500, 100 kr, 50 zł, ₩1000, ₽50, ₿0.5', '500 yen, 100 kroner, 50 zlotys, 1000 won, 50 roubles, 0.5 bitcoins'],
    ['$5M, €3.2bn, $5k, $5 million', '5 million dollars, 3.2 billion euros, 5 thousand dollars, 5 million dollars'],
    ['$5-$10, $5-10, €5–10, 5-10 €', '5 to 10 dollars, 5 to 10 dollars, 5 to 10 euros, 5 to 10 euros'],
    ['$1.5-2M and $10k-$20k', '1.5 to 2 million dollars and 10 thousand to 20 thousand dollars'],
    ['$49.95-$59.95', '49 dollars 95 to 59 dollars 95'],
    ['from $5 to $10', 'from 5 to 10 dollars'],
    ['-$5, $-5, −€3', 'minus 5 dollars, minus 5 dollars, minus 3 euros'],
    ['$5/month, €3/kg', '5 dollars per month, 3 euros per kilogram'],
    ['a $5 bill, a $5 million deal', 'a 5 dollar bill, a 5 million dollar deal'],
    ['The $ sign and the € sign', 'The dollar sign and the euro sign'],
    ['I paid $5 to 3 people.', 'I paid 5 dollars to 3 people.'],
    ['Costs $5 dollars.', 'Costs 5 dollars.'],
    ['10k followers, 5M users, 3bn people', '10 thousand followers, 5 million users, 3 billion people'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('no money in English', () => {
  it.each(['I ran a 5k race.', 'It is 1080p.', 'Use 4K or 5G.', 'The index is up.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('money in French', () => {
  it.each([
    ['49,95 €, 0,99 €, 1 €, 1,50 €', '49 euros 95, 99 centimes, 1 euro, 1 euro 50'],
    ['€1,50 et $49.95', '1 euro 50 et 49 dollars 95'],
    ['1 234,56 €', '1234 euros 56'],
    ['5 M€, 3,2 Md€, 10 k€', "5 millions d'euros, 3,2 milliards d'euros, 10 mille euros"],
    ["5 millions d'euros", "5 millions d'euros"],
    ['100 CHF, 20 US$, 5 $, 3 £', '100 francs suisses, 20 dollars américains, 5 dollars, 3 livres'],
    ['5-10 €, 100€ à 200 €', '5 à 10 euros, 100 à 200 euros'],
    ['5€/mois, 3 €/kg', '5 euros par mois, 3 euros par kilo'],
    ['99 ct', '99 centimes'],
    ['₹500, 99¢', '500 roupies, 99 cents'],
    ['5,05 €', '5 euros et 5 centimes'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('money in German', () => {
  it.each([
    ['49,95 €, 0,99 €, 1 €, 1,50 €', '49 Euro 95, 99 Cent, 1 Euro, 1 Euro 50'],
    ['€1,50 und $49.95', '1 Euro 50 und 49 Dollar 95'],
    ['1.234,56 €, 1.000 €', '1234 Euro 56, 1000 Euro'],
    ['5 Mio. €, 3,2 Mrd. €', '5 Millionen Euro, 3,2 Milliarden Euro'],
    ['100 CHF, 5,- €, 5,– €', '100 Schweizer Franken, 5 Euro, 5 Euro'],
    ['5-10 €, 100 € bis 200 €', '5 bis 10 Euro, 100 bis 200 Euro'],
    ['19,99 €/Monat', '19 Euro 99 pro Monat'],
    ['₹500, 99 ct', '500 Rupien, 99 Cent'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
