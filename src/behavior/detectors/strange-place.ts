import type { Encounter } from '../encounter.ts';

/** In a smaller fleet nothing is known by many. */
const LEAST_FLEET = 4;
/** Ports at which a machine of an office is expected to call the world. */
const COMMON_PORTS = new Set([80, 443]);

/**
 * What speaks for a place being somebody's hiding place, as logarithms of likelihood ratios. Who it is that is called tells a bad
 * program from a good one; how it is called only tells a machine from a person.
 */
const WEIGHTS = {
  /** Of a destination that nobody else knows; each doubling of those who do takes away half of it. */
  rarity: 3,
  /** In a large fleet what one in a thousand knows is as rare. */
  rareShare: 1 / 1_000,
  leastRarity: -4,
  /** Where there is nobody to compare with, little is said. */
  unknownRarity: 0.5,
  /** The destination was met only after the entity's own first hours … */
  novelty: 3,
  /** … and with no more others about then than an ordinary hour brings: one of many is the likelier to be harmless. */
  metAtOnce: 3,
  unusualPort: 1,
  freshPort: 2,
};

const FRESH_IF_HIDING = 0.3;
/** So many in ten of the places that are somebody's hiding place are called by their bare address. */
const NAMELESS_IF_HIDING = 0.4;
/** Of harmless ones of an entity never fewer: some programs bring addresses along. */
const LEAST_NAMELESS = 0.05;
/** Where more than that have no name, names are hardly seen there: that one is missing says nothing. */
const MOST_NAMELESS = 0.5;

/** How few know it: 3 where nobody else does, below 0 where many do. */
export function rarityOf(prevalence: number, fleet: number): number {
  if (fleet < LEAST_FLEET) return WEIGHTS.unknownRarity;
  const known = Math.max(1, prevalence, fleet * WEIGHTS.rareShare);
  const halvings = Math.log2(known / Math.max(1, fleet * WEIGHTS.rareShare));
  return Math.max(WEIGHTS.leastRarity, WEIGHTS.rarity - (WEIGHTS.rarity / 2) * halvings);
}

/**
 * A port other than those of the web. Services with a name have ports of their own. Where nobody asked for a name: of those that
 * hide three in ten use a port that is new to the machine and rare among its kind; where it went without for n hours, it begins
 * with one in an hour with a chance of about 1 in n + 1.
 */
export function portOdds(encounter: Encounter): number {
  const { contact, isNameless } = encounter;
  if (COMMON_PORTS.has(contact.port ?? 0)) return 0;
  const fresh = isNameless ? Math.log(FRESH_IF_HIDING * (1 + encounter.hoursWithoutPort)) : 0;
  return Math.max(WEIGHTS.unusualPort, Math.min(WEIGHTS.freshPort, fresh));
}

/**
 * Of k destinations that are met at once, each is as likely to be the one that is called in a harmless way: who looks at so
 * many finds an even pace among them by chance (the look-elsewhere effect).
 */
function noveltyOf(encounter: Encounter): number {
  if (!encounter.wasMetLate) return 0;
  const times = encounter.metAboutThen / WEIGHTS.metAtOnce;
  return Math.max(0, WEIGHTS.novelty - Math.log(Math.max(1, times)));
}

/** That it is called by its bare address, or has a name, beside how the entity's other destinations are called. */
function nameOdds(encounter: Encounter): number {
  const share = encounter.namelessShare;
  if (share > MOST_NAMELESS) return 0;
  const nameless = Math.max(LEAST_NAMELESS, share);
  return encounter.isNameless
    ? Math.log(NAMELESS_IF_HIDING / nameless)
    : Math.log((1 - NAMELESS_IF_HIDING) / (1 - nameless));
}

/**
 * The odds with what costs a look at the entity's other destinations: when they were met, and how they are called. Each is looked up
 * only where it can still matter.
 */
export function withPlace(odds: number, least: number, encounter: Encounter): number {
  const mostOfName = encounter.isNameless ? Math.log(NAMELESS_IF_HIDING / LEAST_NAMELESS) : 0;
  if (odds + WEIGHTS.novelty + mostOfName < least) return odds;
  const known = odds + noveltyOf(encounter);
  return known + mostOfName < least ? known : known + nameOdds(encounter);
}
