import type { Target } from '../target.ts';
import { advisories, bills, feeds, inventories, mispPieces, taxiiPages } from './documents.ts';
import { namePatterns, stixPatterns } from './patterns.ts';
import { versionExpressions, versionOrders } from './versions.ts';

/** Whatever reads what strangers write, beside the logs. */
export const TARGETS: readonly Target[] = [
  versionExpressions,
  versionOrders,
  namePatterns,
  stixPatterns,
  taxiiPages,
  mispPieces,
  inventories,
  bills,
  advisories,
  feeds,
];
