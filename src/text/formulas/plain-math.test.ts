import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('formulas without marks', () => {
  it.each([
    ['x^2 + y^2 = z^2', 'x squared plus y squared equals z squared'],
    ['E = mc² and x³', 'E equals mc squared and x cubed'],
    ['H₂O, CO₂ and C₆H₁₂O₆', 'H 2 O, C O 2 and C 6 H 12 O 6'],
    ['H2O and CO2 levels', 'H 2 O and C O 2 levels'],
    ['Ca²⁺ and SO₄²⁻', 'C a 2 plus and S O 4 2 minus'],
    [
      '10^-3, 2^10, e^x and x^n',
      '10 to the power of minus 3, 2 to the power of 10, e to the power of x and x to the power of n',
    ],
    ['x⁻¹ and 10⁶', 'x to the power of minus 1 and 10 to the power of 6'],
    ['a ≤ b, x ≥ 5, x ≠ y', 'a is less than or equal to b, x is greater than or equal to 5, x is not equal to y'],
    ['aged ≥ 18, ≤ 5', 'aged at least 18, at most 5'],
    ['x < 5 and y>3', 'x is less than 5 and y is greater than 3'],
    ['It takes <3 hours.', 'It takes less than 3 hours.'],
    ['π ≈ 3.14, 2πr, ΔT = 5', 'pi is approximately 3.14, 2 pi r, delta T equals 5'],
    [
      '√2, √(a+b), ∛8, sqrt(16) = 4',
      'the square root of 2, the square root of a plus b, the cube root of 8, the square root of 16 equals 4',
    ],
    ['(a+b)^2 = a^2 + 2ab + b^2', '(a plus b) squared equals a squared plus 2ab plus b squared'],
    ['a + b - c = d and x - 3 = 5', 'a plus b minus c equals d and x minus 3 equals 5'],
    ['y = 2x + 3', 'y equals 2x plus 3'],
    ['x₁ and v₀', 'x sub 1 and v sub 0'],
    ['up to ∞', 'up to infinity'],
    ['F=G·m₁m₂/r²', 'F equals G times m sub 1 m sub 2 divided by r squared'],
    ['5! = 120 and |−3| = 3', '5 factorial equals 120 and the absolute value of minus 3 equals 3'],
    ['O₂ + 2H₂ → 2H₂O', 'O 2 plus 2 H 2, 2 H 2 O'],
    ['sin²(x) + cos²(x) = 1', 'sin squared (x) plus cos squared (x) equals 1'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what looks like a formula', () => {
  it.each(['The y-axis and the x-axis.', 'Press Ctrl+C, use C++.', 'Grade A+ work.', 'A/B tests.'])(
    'keeps %j',
    (text) => {
      expect(toSpokenText(text, 'en')).toBe(text);
    },
  );
});

describe('formulas without marks in French', () => {
  it.each([
    ['x^2, x ≤ 5, H₂O, 10^-3', 'x au carré, x est inférieur ou égal à 5, H 2 O, 10 puissance moins 3'],
    ['π ≈ 3,14 et √2', 'pi est environ égal à 3,14 et racine carrée de 2'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('formulas without marks in German', () => {
  it.each([['x^2, x ≤ 5, H₂O, 10^-3', 'x Quadrat, x kleiner oder gleich 5, H 2 O, 10 hoch minus 3']])(
    'says %j',
    (text, spoken) => {
      expect(toSpokenText(text, 'de')).toBe(spoken);
    },
  );
});
