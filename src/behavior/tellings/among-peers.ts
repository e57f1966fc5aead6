import type { Detection } from '../../model/index.ts';
import type { Alike } from './tellings-of-kinds.ts';

/**
 * What is as rare among days of members as this is worth even odds: an attack of a type that is told comes to a device on about one
 * day in so many. It is the odds that beaconing begins with: e⁻¹⁰ for each of 64 places.
 */
const WORTH_EVEN_ODDS = 1 / 300;
/** What all of its kind do is told all the same. */
const LEAST_SURE = 0.05;

/**
 * A detection of a member of a kind whose members show as much: how sure it is falls with how often they do, never below a
 * twentieth, and never rises. The odds of a detection are those before it over how often as much is told of what is no
 * attack; a detector estimates that by its formula, the kind by counting, and the larger holds.
 */
export function sureAmongPeers(detection: Detection, alike: Alike | null): Detection {
  if (alike === null) return detection;
  const { confidence: own, expected } = detection;
  const odds = WORTH_EVEN_ODDS / alike.p;
  const confidence = Math.min(own, Math.max(LEAST_SURE, Math.round((100 * odds) / (1 + odds)) / 100));
  if (confidence === own) return detection;
  return { ...detection, confidence, own, expected: `${expected}; ${inWords(alike, own)}` };
}

function inWords({ alike, days }: Alike, own: number): string {
  const counted = `${Math.round(alike)} of ${Math.round(days)} device-days of its kind`;
  return `but ${counted} in the last weeks looked like this (alone it would be told with ${own})`;
}
