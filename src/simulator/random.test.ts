import { expect, test } from 'vitest';
import { Random } from './random.ts';

const many = (draw: () => number) => Array.from({ length: 20_000 }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function stream(seed: number, label: string): number[] {
  const random = new Random(seed, label);
  return Array.from({ length: 4 }, () => random.next());
}

test('streams of other seeds and labels have nothing in common', () => {
  const streams = [stream(1, 'a'), stream(2, 'a'), stream(1, 'b')].flat();
  expect(new Set(streams).size).toBe(12);
  expect(stream(1, 'a')).toEqual(stream(1, 'a'));
});

test('draws have the means that they promise', () => {
  const random = new Random(5, 'means');
  expect(mean(many(() => random.float()))).toBeCloseTo(0.5, 1);
  expect(mean(many(() => random.normal()))).toBeCloseTo(0, 1);
  expect(mean(many(() => random.normal() ** 2))).toBeCloseTo(1, 1);
  expect(mean(many(() => random.poisson(2.5))) / 2.5).toBeCloseTo(1, 1);
  expect(mean(many(() => random.between(1, 6))) / 3.5).toBeCloseTo(1, 1);
});

test('shuffling loses nothing', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = new Random(5, 'shuffle').shuffled(items);
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
});
