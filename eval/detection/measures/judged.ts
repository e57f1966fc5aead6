import type { Lived } from '../product/lived.ts';
import type { Placement } from '../placement/place.ts';
import type { Background } from '../telemetry/benign.ts';

/** A background that was lived without any attack. */
export interface Quiet {
  readonly background: Background;
  /** Of its hosts, those in the split. */
  readonly hosts: readonly string[];
  readonly lived: Lived;
}

/** One life with attacks placed on it. */
export interface Attacked {
  readonly quiet: Quiet;
  readonly placements: readonly Placement[];
  readonly lived: Lived;
}

/** All lives under one placement seed. */
export type Round = readonly Attacked[];

export function entityName({ name }: Background, host: string): string {
  return `${name}/${host}`;
}

/** A figure with its interval of 95 %, where it has one. */
export function rounded(value: number | null, digits = 3): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Number(value.toFixed(digits));
}
