import { Random } from '../../../src/simulator/index.ts';
import type { HourCount, HourPeer } from './hour-counts.ts';

const TREES = 100;
const SAMPLE = 256;
const EULER = 0.5772156649;

type Node =
  | { readonly size: number }
  | { readonly axis: number; readonly at: number; readonly low: Node; readonly high: Node };

/** One isolation forest per entity over five features of an hour (Liu, Ting and Zhou 2008): 100 trees, at most 256 hours each. */
export const isolationForest: HourPeer = (trained) => {
  const points = trained.map(featuresOf);
  const random = new Random(1, 'isolation forest');
  const sample = Math.min(SAMPLE, points.length);
  const depth = Math.ceil(Math.log2(Math.max(2, sample)));
  const trees = Array.from({ length: TREES }, () =>
    grow(random.shuffled(points).slice(0, sample), depth, random),
  );
  return (hour) => {
    const features = featuresOf(hour);
    const mean = trees.reduce((sum, tree) => sum + pathLength(tree, features, 0), 0) / TREES;
    return 2 ** (-mean / Math.max(averagePath(sample), 1e-9));
  };
};

function featuresOf({ connections, bytesOut, failed, destinations, ports }: HourCount): readonly number[] {
  return [connections, bytesOut, failed, destinations, ports].map(Math.log1p);
}

/** The mean length of an unsuccessful search among n: c(n) = 2 H(n − 1) − 2 (n − 1)/n. */
export function averagePath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

function grow(points: readonly (readonly number[])[], depth: number, random: Random): Node {
  const axes = [...(points[0] ?? []).keys()].filter(
    (axis) => spreadOf(points, axis)[0] < spreadOf(points, axis)[1],
  );
  if (depth === 0 || points.length <= 1 || axes.length === 0) return { size: points.length };
  const axis = random.pick(axes);
  const [low, high] = spreadOf(points, axis);
  const at = low + random.float() * (high - low);
  const isBelow = (point: readonly number[]) => (point[axis] ?? 0) < at;
  return {
    axis,
    at,
    low: grow(points.filter(isBelow), depth - 1, random),
    high: grow(
      points.filter((point) => !isBelow(point)),
      depth - 1,
      random,
    ),
  };
}

function spreadOf(points: readonly (readonly number[])[], axis: number): readonly [number, number] {
  const values = points.map((point) => point[axis] ?? 0);
  return [Math.min(...values), Math.max(...values)];
}

function pathLength(node: Node, point: readonly number[], depth: number): number {
  if ('size' in node) return depth + averagePath(node.size);
  return pathLength((point[node.axis] ?? 0) < node.at ? node.low : node.high, point, depth + 1);
}
