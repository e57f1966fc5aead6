import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, type EpochMs, HOUR_MS, MINUTE_MS, type SiteId } from '../../model/index.ts';
import { siteClock } from '../site-clock.ts';
import { localHour } from './local-hour.ts';
import { MOST_PLACES } from './places.ts';
import type { AccountUse } from './account-use.ts';
import { SignInHabits } from './sign-in-habits.ts';
import type { SignIn } from './sign-in.ts';
import { signIn } from './sign-in.fixture.ts';
import { newTrial } from './trial.ts';

const SITE = {
  id: 'hq' as SiteId,
  networks: null,
  timeZone: 'Europe/Berlin',
  workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
  shared: [],
};
const calendar = siteClock(SITE).isWorkHour;
const hourOf = localHour(SITE);
/** A Monday, 10:00 in Berlin. */
const START = Date.UTC(2026, 0, 5, 9);
const OUTSIDE = '203.0.113.0/24';

function use(time: EpochMs, place: string, facts: Partial<SignIn> = {}, isService = false): AccountUse {
  const internal = place.startsWith('dev_');
  const event = signIn(time, { outcome: 'success', peer: place, internal, service: 'kerberos', ...facts });
  return { signIn: event, place, isService, hour: hourOf(time), isWorkHour: calendar };
}

/** So many weeks of working days at one desk. */
function learnt(
  weeks: number,
  facts: Partial<SignIn> = {},
  places = ['dev_desk'],
  isService = false,
): SignInHabits {
  const habits = new SignInHabits();
  for (let day = 0; day < weeks * 7; day++) {
    if (day % 7 > 4) continue;
    const place = places[day % places.length] ?? 'dev_desk';
    habits.observe(use(START + day * DAY_MS, place, facts, isService));
  }
  return habits;
}

const LATER = START + 70 * DAY_MS;
const NIGHT = LATER + 17 * HOUR_MS;

describe('credential misuse', () => {
  test('[SIGNIN-9] a new network outside, at night: told, with both reasons', () => {
    const [found] = learnt(10).observe(use(NIGHT, OUTSIDE));
    expect(found).toMatchObject({ type: 'credential_misuse', technique: 'T1078' });
    expect(found?.description).toContain('network outside');
    expect(found?.description).toContain('unusual');
  });

  test('[SIGNIN-9] one thing alone is not: a new machine by day, or a late evening at the desk', () => {
    expect(learnt(10).observe(use(LATER, 'dev_laptop'))).toEqual([]);
    expect(learnt(10).observe(use(NIGHT, 'dev_desk'))).toEqual([]);
  });

  test('[SIGNIN-9] without the second factor that is usual, from a new place', () => {
    const [found] = learnt(12, { mfa: true }).observe(use(START + 84 * DAY_MS, OUTSIDE, { mfa: false }));
    expect(found?.description).toContain('second factor');
  });

  test('[SIGNIN-10] whoever always moves about is told of less', () => {
    const many = Array.from({ length: 25 }, (_, i) => `dev_${i}`);
    expect(learnt(10, {}, many).observe(use(NIGHT, 'dev_new'))).toEqual([]);
    expect(learnt(10).observe(use(NIGHT, 'dev_new')).length).toBe(1);
  });

  test('[SIGNIN-11] at two sites within minutes', () => {
    const habits = learnt(10);
    habits.observe(use(LATER, 'dev_desk'));
    const far = { ...signIn(0).provenance, site: 'far' as SiteId };
    const [found] = habits.observe(use(LATER + MINUTE_MS, 'dev_far', { provenance: far }));
    expect(found?.description).toContain('at two sites within minutes');
  });

  test('[SIGNIN-12] a young account alarms nobody, and a newcomer does not become normal within a day', () => {
    const young = new SignInHabits();
    const found = Array.from({ length: 4 }, (_, i) => young.observe(use(START + i * HOUR_MS, `dev_${i}`)));
    expect(found.flat()).toEqual([]);
    const habits = learnt(10);
    habits.observe(use(NIGHT, OUTSIDE));
    const { places } = habits.snapshot();
    expect(places.find(({ key }) => key === OUTSIDE)).toMatchObject({ isSuspect: true });
    expect(habits.snapshot().days).toBe(learnt(10).snapshot().days);
  });

  test('[SIGNIN-13] an account that is guessed from many places, and the success after it', () => {
    const habits = learnt(10);
    const guesses: Detection[] = Array.from({ length: 30 }, (_, i) =>
      habits.observe(use(LATER + i * 1_000, `198.51.${i}.0/24`, { outcome: 'failure' })),
    ).flat();
    expect(guesses[0]).toMatchObject({ type: 'brute_force', severity: 'medium' });
    expect(habits.observe(use(LATER + MINUTE_MS, 'dev_desk'))).toEqual([]);
    const success = habits.observe(use(LATER + 2 * MINUTE_MS, '198.51.3.0/24'));
    expect(success[0]).toMatchObject({ type: 'brute_force', severity: 'critical', technique: 'T1078' });
  });

  test('[SIGNIN-14] a service account that is used as people use theirs', () => {
    const habits = learnt(10, { service: 'smb' }, ['dev_server'], true);
    const [found] = habits.observe(use(LATER, 'dev_laptop', { service: 'rdp' }, true));
    expect(found).toMatchObject({ severity: 'high' });
    expect(found?.description).toContain('service account');
  });

  const anyUse = fc
    .record({
      minutes: fc.nat(60 * 24 * 90),
      place: fc.nat(80).map((n) => (n < 40 ? `dev_${n}` : `203.0.${n}.0/24`)),
      outcome: fc.constantFrom('failure' as const, 'unknown' as const, 'success' as const),
      mfa: fc.constantFrom(null, true, false),
    })
    .map(({ minutes, place, ...facts }) => use(START + minutes * MINUTE_MS, place, facts));

  test('[SIGNIN-7] an account has at most so many places', () => {
    fc.assert(
      fc.property(fc.array(anyUse, { maxLength: 300, size: 'max' }), (all) => {
        const habits = new SignInHabits();
        for (const each of all) habits.observe(each);
        expect(habits.snapshot().places.length).toBeLessThanOrEqual(MOST_PLACES);
      }),
      { numRuns: 20 },
    );
  });

  test('[SIGNIN-8] goes on from what was written down', () => {
    fc.assert(
      fc.property(fc.array(anyUse), fc.array(anyUse), (before, after) => {
        const whole = new SignInHabits();
        for (const each of before) whole.observe(each);
        const resumed = SignInHabits.of(JSON.parse(JSON.stringify(whole.said())));
        expect(resumed.snapshot()).toEqual(whole.snapshot());
        for (const each of after) expect(resumed.observe(each)).toEqual(whole.observe(each));
        expect(resumed.snapshot()).toEqual(whole.snapshot());
      }),
      { numRuns: 60 },
    );
  });

  test('[SNAP-13] habits of a state of version 3 go on', () => {
    const habits = learnt(10);
    habits.observe(use(LATER, 'dev_desk', { outcome: 'failure' }));
    habits.observe(use(LATER, 'dev_desk'));
    const { hours: _, trial, ...facts } = habits.snapshot();
    const { hasSucceeded: __, ...known } = trial ?? newTrial('', false, LATER);
    const counts = Array.from({ length: 48 }, (___, hour) => (hour === 10 ? 20.123456 : 0));
    const older = {
      ...facts,
      hours: [counts, LATER, 7],
      trial: { ...known, days: 300, successes: 4, first: LATER - 1 },
    };
    const read = SignInHabits.of(JSON.parse(JSON.stringify(older)));
    expect(read.snapshot()).toEqual({
      ...facts,
      hours: [LATER, 0, 7, 10, 2_012],
      trial: { ...known, days: 255, hasSucceeded: true },
    });
    expect(JSON.stringify(read.said()).length).toBeLessThan(JSON.stringify(older).length / 3);
  });
});
