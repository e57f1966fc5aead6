import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hazardOf, isSeverity, MAX_THOUSANDTHS, thousandthsOf } from './severity.ts';

const all = Array.from({ length: MAX_THOUSANDTHS + 1 }, (_, thousandths) => thousandths);

describe('a hazard', () => {
  test('[SCORE-1] is far enough from its rounding boundary that no engine’s logarithm can move it', () => {
    // Math.log of any engine errs by a few units in the last place: at most 10⁻¹⁴ nats here, 10⁻⁵ nano-nats.
    const distances = all.slice(1).map((thousandths) => {
      const nanoNats = -Math.log1p(-thousandths / 1_000) * 1e9;
      return Math.abs((nanoNats % 1) - 0.5);
    });
    expect(Math.min(...distances)).toBeGreaterThan(2e-5);
  });

  test('[SCORE-1] is the same integer on every machine', () => {
    const table = all.map((thousandths) => hazardOf(thousandths)).join(',');
    expect(createHash('sha256').update(table).digest('hex')).toBe(
      '4fa3440cef12487a22fad02367529ba764ba7d1e79b3740b5679fe60f108782e',
    );
  });

  test('is −ln(1 − p)', () => {
    expect(hazardOf(0)).toBe(0);
    expect(hazardOf(500)).toBe(693_147_181);
    expect(hazardOf(900)).toBe(2_302_585_093);
    expect(hazardOf(990)).toBe(4_605_170_186);
  });
});

describe('a severity', () => {
  test('is a whole number of thousandths from 0.001 to 0.99', () => {
    for (const p of [0.001, 0.05, 0.3, 0.85, 0.99]) expect(isSeverity(p)).toBe(true);
    for (const p of [0, -0.1, 0.0005, 0.3001, 0.991, 1, Number.NaN]) expect(isSeverity(p)).toBe(false);
  });

  test('of any other value is refused with what is allowed', () => {
    expect(() => thousandthsOf(0.12345)).toThrow(/thousandths from 0\.001 to 0\.99, got 0\.12345/);
  });

  test('survives the way to thousandths and back', () => {
    for (const thousandths of all.slice(1)) expect(thousandthsOf(thousandths / 1_000)).toBe(thousandths);
  });
});
