import { apt29 } from './apt29-otrf.ts';
import { captures, capturesBesideTheWire } from './captures.ts';
import { eve } from './eve.ts';
import { rita } from './rita.ts';
import type { Adapter } from './set.ts';
import { slips } from './slips.ts';
import { stratosphere } from './stratosphere.ts';
import { wrccdc } from './wrccdc.ts';

/** Adapters that stand beside the code, by the folder of the data that they speak of. */
export const KNOWN: Readonly<Record<string, Adapter>> = {
  stratosphere,
  rita,
  slips,
  'apt29-otrf': apt29,
  eve,
  'wrccdc-zed': wrccdc,
  captures,
  'captures-beside-the-wire': capturesBesideTheWire,
};
