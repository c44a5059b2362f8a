import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('formulas in English', () => {
  it.each([
    ['\\(\\frac{7}{10}\\)', '7 over 10'],
    ['$$x^2+y^2=z^2$$', 'x squared plus y squared equals z squared'],
    ['The area is $A = \\pi r^2$ here.', 'The area is A equals pi r squared here.'],
    ['\\[ \\int_0^1 x^2 \\, dx = \\frac{1}{3} \\]', 'the integral from 0 to 1 of x squared d x equals 1 over 3'],
    [
      '\\(\\sqrt{2} \\approx 1.414\\) and \\(\\sqrt[3]{x}\\)',
      'the square root of 2 is approximately 1.414 and the cube root of x',
    ],
    [
      '\\(\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}\\)',
      'the sum from i equals 1 to n of i equals n times (n plus 1), over 2',
    ],
    ['\\(\\lim_{x \\to 0} \\frac{\\sin x}{x} = 1\\)', 'the limit as x approaches 0 of sine of x over x equals 1'],
    [
      '$a \\leq b$, $a \\neq b$, $a \\geq b$',
      'a is less than or equal to b, a is not equal to b, a is greater than or equal to b',
    ],
    ['$\\alpha + \\beta$ and $\\Delta x$', 'alpha plus beta and delta x'],
    ['$E = mc^2$', 'E equals m c squared'],
    ['\\(F = ma\\)', 'F equals m a'],
    ['\\(\\mathrm{H_2O}\\), $\\text{CO}_2$ and \\(\\ce{H2SO4}\\)', 'H 2 O, C O 2 and H 2 S O 4'],
    ['\\(90^\\circ\\) and \\(x_1\\) and $f(x) = 2x + 1$', '90 degrees and x sub 1 and f of x equals 2 x plus 1'],
    [
      '\\(\\log_2 8 = 3\\), \\(\\ln(x)\\), \\(e^{i\\pi} + 1 = 0\\)',
      'log base 2 of 8 equals 3, natural log of x, e to the power of i pi plus 1 equals 0',
    ],
    [
      '\\(x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\\)',
      'x equals minus b plus or minus the square root of b squared minus 4 a c, over 2 a',
    ],
    ['\\(|x|\\), \\(n!\\) and \\(\\binom{n}{k}\\)', 'the absolute value of x, n factorial and n choose k'],
    ['\\(\\vec{v}\\), \\(\\hat{x}\\) and \\(\\overline{AB}\\)', 'vector v, x hat and A B bar'],
    ['\\begin{align} a &= b + c \\\\ d &= e \\end{align}', 'a equals b plus c, d equals e'],
    ['5 \\times 3 = 15 and \\frac{1}{2} is half', '5 times 3 equals 15 and 1 over 2 is half'],
    ['$\\$5 + \\$10 = \\$15$', '5 dollars plus 10 dollars equals 15 dollars'],
    ['$speed = distance / time$', 'speed equals distance over time'],
    ['$$x^2$$ That is all.', 'x squared. That is all.'],
    ['\\(2 \\cdot 3\\) and \\(6 \\div 2\\)', '2 times 3 and 6 divided by 2'],
    [
      '\\(x^{-1}\\), \\(10^{-3}\\) and \\(2^{10}\\)',
      'x to the power of minus 1, 10 to the power of minus 3 and 2 to the power of 10',
    ],
    ['$5$ is prime, and so is $7$.', '5 is prime, and so is 7.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('formulas in French', () => {
  it.each([
    ['\\(\\frac{7}{10}\\)', '7 sur 10'],
    ['$$x^2+y^2=z^2$$', 'x au carré plus y au carré égale z au carré'],
    ['\\(\\sqrt{2}\\) et \\(x^3\\) et \\(x^n\\)', 'racine carrée de 2 et x au cube et x puissance n'],
    ['$a \\leq b$, $a \\neq b$', 'a est inférieur ou égal à b, a est différent de b'],
    [
      '\\(\\sum_{i=1}^{n} i\\) et \\(\\lim_{x \\to 0} f(x)\\)',
      'la somme de i égale 1 à n de i et la limite quand x tend vers 0 de f de x',
    ],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('formulas in German', () => {
  it.each([
    ['\\(\\frac{7}{10}\\)', '7 durch 10'],
    ['$$x^2+y^2=z^2$$', 'x Quadrat plus y Quadrat gleich z Quadrat'],
    ['\\(\\sqrt{2}\\) und \\(x^3\\) und \\(x_1\\)', 'Wurzel aus 2 und x hoch 3 und x Index 1'],
    ['$a \\leq b$', 'a kleiner oder gleich b'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});

describe('formulas in a language without a lexicon', () => {
  it.each([
    ['\\(\\frac{7}{10}\\) y $$x^2+y^2=z^2$$', '7 / 10 y x² + y² = z²'],
    ['Cuesta $5 o $10.', 'Cuesta $5 o $10.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'es')).toBe(spoken);
  });
});

describe('prices beside formulas', () => {
  it.each([
    ['It costs $5 or $10.', 'It costs 5 dollars or 10 dollars.'],
    [
      'It costs $5 and $x^2$ is a formula, then $10.',
      'It costs 5 dollars and x squared is a formula, then 10 dollars.',
    ],
    ['Pay $5, get $2 back.', 'Pay 5 dollars, get 2 dollars back.'],
    ['Between $5-$10 a day.', 'Between 5 to 10 dollars a day.'],
    ['Set $HOME and $PATH.', 'Set $HOME and $PATH.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});
