import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExploitForecast } from '../model/index.ts';
import { ForecastTable } from './forecast-table.ts';

const row = fc.tuple(
  fc.integer({ min: 1999, max: 2030 }),
  fc.integer({ min: 1, max: 99_999 }),
  fc.nat(1_000),
);
const rows = fc.uniqueArray(row, {
  selector: ([year, nth]) => `${year}-${nth}`,
  size: 'max',
  maxLength: 200,
});

function forecastOf(all: readonly (readonly [number, number, number])[]): ExploitForecast {
  const cves = all.map(([year, nth]) => `CVE-${year}-${String(nth).padStart(4, '0')}`);
  return { modelVersion: 'v', scored: 1, cves, probabilities: all.map(([, , share]) => share / 1_000) };
}

test('[VULN-READ-5] law: a forecast says the same in whatever order it was written, and made in steps or at once', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const forecast = forecastOf(all);
      const inOrder = forecastOf(all.toSorted(([a, x], [b, y]) => a - b || x - y));
      const table = new ForecastTable(forecast);
      expect(table.size).toBe(all.length);
      expect(table.said()).toEqual(inOrder);
      for (const [at, cve] of forecast.cves.entries()) expect(table.of(cve)).toBe(forecast.probabilities[at]);
      for (const _ of ForecastTable.preparing(inOrder));
      expect(new ForecastTable(inOrder).said()).toEqual(inOrder);
    }),
  );
});

test('what is no CVE is passed over', () => {
  const forecast = {
    modelVersion: 'v',
    scored: 1,
    cves: ['CVE-1', 'CVE-2026-0001'],
    probabilities: [1, 0.5],
  };
  expect(new ForecastTable(forecast).said().cves).toEqual(['CVE-2026-0001']);
  expect(new ForecastTable(forecast).of('CVE-2026-0001')).toBe(0.5);
});
