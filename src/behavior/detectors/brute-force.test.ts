import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../columns/going-on.fixture.ts';
import { PackedTexts, Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type Detection,
  HOUR_MS,
  MINUTE_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import type { SignIn } from '../sign-ins/sign-in.ts';
import { signIn } from '../sign-ins/sign-in.fixture.ts';
import { BruteForce } from './brute-force.ts';

const NOW = Date.UTC(2026, 2, 20, 10);

class OneMachine implements Stateful {
  readonly #rows = new Table();
  readonly #texts = new PackedTexts();
  readonly detector = new BruteForce(this.#rows, this.#texts);
  readonly row = this.#rows.add();

  /** Of a machine that has been watched for weeks. */
  live(...all: readonly SignIn[]): Detection[] {
    return this.liveAt(30 * DAY_MS, ...all);
  }

  liveAt(ageMs: number, ...all: readonly SignIn[]): Detection[] {
    return all.flatMap((each) => this.detector.observe(this.row, each, ageMs) ?? []);
  }

  save(to: StateWriter): void {
    this.#rows.save(to.part('rows'));
    this.#texts.save(to.part('texts'));
    this.detector.save(to.part('detector'));
  }

  load(from: StateReader): void {
    this.#rows.load(from.part('rows'));
    this.#texts.load(from.part('texts'));
    this.detector.load(from.part('detector'));
  }
}

function failures(count: number, facts: Partial<SignIn> = {}, apart = 2_000): SignIn[] {
  return Array.from({ length: count }, (_, i) => signIn(NOW + i * apart, facts));
}

describe('brute force', () => {
  test('[SIGNIN-1] guessing from within is high; a few mistakes are nothing', () => {
    expect(new OneMachine().live(...failures(10), signIn(NOW + HOUR_MS, { outcome: 'success' }))).toEqual([]);
    expect(new OneMachine().live(...failures(40))[0]).toMatchObject({ severity: 'high', technique: 'T1110' });
  });

  test('[SIGNIN-2] the success after it is critical and said at once', () => {
    const machine = new OneMachine();
    machine.live(...failures(60, { peer: '203.0.113.9', internal: false }));
    const [found] = machine.live(
      signIn(NOW + HOUR_MS, { peer: '203.0.113.9', internal: false, outcome: 'success' }),
    );
    expect(found).toMatchObject({ severity: 'critical', technique: 'T1078' });
    expect(found?.confidence).toBeGreaterThanOrEqual(0.9);
  });

  test('[SIGNIN-2] a success from somebody else is no success of the guessing', () => {
    const machine = new OneMachine();
    machine.live(...failures(60, { peer: '203.0.113.9', internal: false }));
    expect(machine.live(signIn(NOW + HOUR_MS, { peer: 'dev_admin', outcome: 'success' }))).toEqual([]);
  });

  test('[SIGNIN-3] whoever knocks from the Internet: one low story that grows', () => {
    const machine = new OneMachine();
    const all = Array.from({ length: 3_000 }, (_, i) =>
      signIn(NOW + i * 10_000, { peer: `203.0.113.${i % 200}`, internal: false }),
    );
    const found = machine.live(...all);
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThan(10);
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(['low']));
  });

  test('[SIGNIN-3] at whose door it knocked from the first days on, only the success is told', () => {
    const knocks = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        signIn(from + i * 10_000, { peer: `203.0.113.${i % 200}`, internal: false }),
      );
    const machine = new OneMachine();
    expect(machine.liveAt(HOUR_MS, ...knocks(NOW, 3))).toEqual([]);
    expect(machine.liveAt(20 * DAY_MS, ...knocks(NOW + 20 * DAY_MS, 6_000))).toEqual([]);
    const last = NOW + 21 * DAY_MS;
    const one = { peer: '203.0.113.250', internal: false } as const;
    const guesses = Array.from({ length: 60 }, (_, i) => signIn(last + i * 1_000, one));
    expect(machine.liveAt(21 * DAY_MS, ...guesses)).toEqual([]);
    expect(machine.liveAt(21 * DAY_MS, signIn(last + HOUR_MS, { ...one, outcome: 'success' }))).toMatchObject(
      [{ severity: 'critical', technique: 'T1078' }],
    );
  });

  test('[SIGNIN-4] a few accounts each failing once are sprayed', () => {
    const found = new OneMachine().live(
      ...failures(12, { account: null }).map((each, i) => ({ ...each, account: `a${i}` })),
    );
    expect(found.at(-1)).toMatchObject({ technique: 'T1110.003', severity: 'high' });
  });

  test('[SIGNIN-5] what nobody knows the outcome of is no failure, and a crowd of it weak evidence', () => {
    const outward = { direction: 'outbound', peer: 'dev_target', outcome: 'unknown' } as const;
    const slow = new OneMachine().live(...failures(100, outward, HOUR_MS));
    expect(slow).toEqual([]);
    const [found] = new OneMachine().live(...failures(20, outward, 5_000));
    expect(found).toMatchObject({ severity: 'medium' });
    expect(found?.confidence).toBeLessThanOrEqual(0.5);
  });

  test('[SIGNIN-6] a job whose password expired is a lesser story, and says so', () => {
    const machine = new OneMachine();
    for (let day = 20; day > 1; day--)
      machine.live(signIn(NOW - day * DAY_MS, { account: 'backup', outcome: 'success' }));
    const found = machine.live(...failures(60, { account: 'backup' }, 15 * MINUTE_MS));
    expect(found[0]).toMatchObject({ severity: 'low' });
    expect(found[0]?.description).toContain('job whose password expired');
    expect(machine.live(signIn(NOW + DAY_MS, { account: 'backup', outcome: 'success' }))).toEqual([]);
  });

  test('[SIGNIN-1] a machine of ours that guesses at others, one story for many targets; scanners are told of less', () => {
    const spread = (isProbe: boolean) =>
      new OneMachine().live(
        ...Array.from({ length: 30 }, (_, i) =>
          signIn(NOW + i * 1_000, { direction: 'outbound', peer: `dev_${i % 10}`, isProbe }),
        ),
      );
    expect(spread(false)[0]).toMatchObject({ severity: 'high' });
    expect(spread(true)[0]).toMatchObject({ severity: 'low' });
    expect(spread(false).length).toBeLessThan(5);
  });

  test('[SIGNIN-7] is bounded, whoever knocks with whatever', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(500), fc.boolean()), { maxLength: 400 }), (all) => {
        const machine = new OneMachine();
        for (const [peer, account, internal] of all)
          machine.live(
            signIn(NOW, { peer: `p${peer}`, account: `a${account}`, internal, attempts: 2 ** 40 }),
          );
        expect(machine.detector.remembered(machine.row)).toBeLessThanOrEqual(32);
      }),
      { numRuns: 20 },
    );
  });

  test('[SIGNIN-8] goes on from what was written down', () => {
    const any = fc.record({
      after: fc.nat(400),
      peer: fc.nat(40).map((n) => `p${n}`),
      internal: fc.boolean(),
      outcome: fc.constantFrom(
        'failure' as const,
        'failure' as const,
        'unknown' as const,
        'success' as const,
      ),
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      attempts: fc.nat(30),
      account: fc.option(fc.nat(9).map((n) => `a${n}`)),
    });
    const difference = firstDifference(
      () => new OneMachine(),
      any,
      (machine, { after, ...facts }) => machine.live(signIn(NOW + after * MINUTE_MS, facts)),
      { numRuns: 20 },
    );
    expect(difference).toBeUndefined();
  });
});
