import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SiteId } from '../../model/index.ts';
import { type Disclosure, givesAwayAtom, givesAwayCohort } from './differencing.ts';
import { isSeenThrough } from './group-size.ts';
import { cohortsToTell } from './telling-cohorts.ts';

const MINIMUM = 20;
const SITES = 5;
const COHORTS = 3;

/** Devices by site and cohort. */
type Fleet = readonly (readonly number[])[];

const some = fc.constantFrom(0, 0, 1, 10, 20, 25, 60);
const fleet = fc.array(fc.array(some, { minLength: COHORTS, maxLength: COHORTS }), {
  minLength: SITES,
  maxLength: SITES,
});
const members = fc.array(fc.boolean(), { minLength: SITES, maxLength: SITES });

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** As the key holder does, without ciphertext: a site of few devices reports none. */
function discloses(reported: Fleet, before: readonly Disclosure[]): Disclosure | null {
  const counts = Array.from({ length: COHORTS }, (_, at) => total(reported.map((site) => site[at] ?? 0)));
  const sites = new Map(reported.map((site, nth) => [`site-${nth}` as SiteId, total(site)]));
  if (isSeenThrough([...sites.values()], MINIMUM) || givesAwayAtom(sites, before, MINIMUM)) return null;
  const disclosure = { sites, counts, told: cohortsToTell(counts, before, MINIMUM) };
  return givesAwayCohort(disclosure, before, MINIMUM) ? { ...disclosure, told: new Set() } : disclosure;
}

/**
 * What is told of a round, each as the places of the devices that are summed: a cohort at a site is one. That it may be
 * empty is known to the site alone; a site without devices is known to be.
 */
function sumsTold(reported: Fleet, { told }: Disclosure): readonly (readonly number[])[] {
  const placesOf = (isIn: (cohort: number) => boolean) =>
    reported.flatMap((site) => site.map((_, cohort) => (total(site) > 0 && isIn(cohort) ? 1 : 0)));
  return [placesOf(() => true), ...[...told].map((cohort) => placesOf((each) => each === cohort))];
}

/** Every sum and difference of what was told, each used once or not at all. */
function* combined(sums: readonly (readonly number[])[]): Generator<readonly number[]> {
  const factors = sums.map(() => -1);
  for (let nth = 0; nth < 3 ** sums.length; nth++) {
    const places = Array.from({ length: SITES * COHORTS }, () => 0);
    for (const [at, sum] of sums.entries()) {
      const factor = (Math.floor(nth / 3 ** at) % 3) + (factors[at] ?? 0);
      if (factor === 0) continue;
      for (let place = 0; place < places.length; place++)
        places[place] = (places[place] ?? 0) + factor * (sum[place] ?? 0);
    }
    yield places;
  }
}

it('[AGG-K-3] [AGG-K-4] no releases over other sites and with other cohorts give few devices away together', () => {
  let cohortsTold = 0;
  fc.assert(
    fc.property(fleet, fc.array(members, { minLength: 2, maxLength: 3, size: 'max' }), (devices, rounds) => {
      const isReader = devices.map((site) => total(site) < MINIMUM);
      const before: Disclosure[] = [];
      const sums: (readonly number[])[] = [];
      for (const present of rounds) {
        const reported = devices.map((site, nth) =>
          present[nth] === true && isReader[nth] === false ? site : site.map(() => 0),
        );
        const disclosure = discloses(reported, before);
        if (disclosure === null) continue;
        before.push(disclosure);
        sums.push(...sumsTold(reported, disclosure));
        cohortsTold += disclosure.told.size;
      }
      for (const places of combined(sums)) {
        if (places.some((times) => times !== 0 && times !== 1)) continue;
        const size = total(devices.flat().map((count, place) => count * (places[place] ?? 0)));
        expect(size === 0 || size >= MINIMUM).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
  expect(cohortsTold).toBeGreaterThan(100);
});
