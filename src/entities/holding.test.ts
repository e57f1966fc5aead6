import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../model/index.ts';
import { HOUR_MS } from '../model/index.ts';
import type { Directory } from './directory.ts';
import { at, HQ, inventory, entry, lease, mac, newDirectory } from './directory.fixture.ts';
import type { Holding } from './holding.ts';
import { allAnswers, happen, life, profilesOf, START, type Step, type Talk } from './life.fixture.ts';

const A = '10.0.0.1' as Address;

type Take = (directory: Directory, step: Talk) => unknown;

/** A conversation, as every event asks for it. */
function asked(directory: Directory, { site, from, to, local, time, ...step }: Talk): unknown {
  const source = at(from, local);
  const seen = step.mac === null ? undefined : mac(step.mac);
  const isSourceLocal = () => directory.isLocal(site, source);
  const device = directory.resolve(site, source, time, seen);
  if (device !== null) directory.seen(device, time);
  return [device, isSourceLocal(), directory.find(site, at(to), time), directory.isLocal(site, at(to))];
}

/** The same, where an answer is remembered as long as it says that it holds. */
function remembering(onRemembered: () => void = () => undefined): Take {
  const known = new Map<string, Holding>();
  const recall = (key: string, time: number, ask: () => Holding): Holding => {
    const before = known.get(key);
    if (before?.again(time)) {
      onRemembered();
      return before;
    }
    const holding = ask();
    known.set(key, holding);
    return holding;
  };
  return (directory, { site, from, to, local, time, ...step }) => {
    const seen = step.mac === null ? null : mac(step.mac);
    const source = recall(`${site} ${from} ${local} ${step.mac}`, time, () =>
      directory.meet(site, at(from, local), time, seen),
    );
    if (source.device !== null) directory.seen(source.device, time);
    const target = recall(`to ${site} ${to}`, time, () => directory.lookUp(site, at(to), time));
    return [source.device, source.isLocal, target.device, target.isLocal];
  };
}

function live(directory: Directory, steps: readonly Step[], take: Take): readonly unknown[] {
  return steps.map((step) => {
    if (step.kind === 'talk') return take(directory, step);
    happen(directory, step);
    return null;
  });
}

/** After each step the last conversations again: what it changed must be noticed, whatever it was. */
function repeating(steps: readonly Step[]): readonly Step[] {
  const talks: Talk[] = [];
  return steps.flatMap((step): readonly Step[] => {
    if (step.kind === 'talk') talks.push(step);
    const last = talks.slice(-5);
    return [step, ...last, ...last.map((talk) => ({ ...talk, time: talk.time + 1 }))];
  });
}

describe('who is at an address, remembered', () => {
  test('[ENT-40] is exactly what asking gives, whatever happens and wherever time goes', () => {
    let remembered = 0;
    fc.assert(
      fc.property(life, (steps) => {
        const [one, other] = [newDirectory(), newDirectory()];
        const answers = live(
          one,
          repeating(steps),
          remembering(() => (remembered += 1)),
        );
        expect(answers).toEqual(live(other, repeating(steps), asked));
        expect(one.snapshot()).toEqual(other.snapshot());
      }),
      { numRuns: 60 },
    );
    expect(remembered).toBeGreaterThan(1_000);
  });

  test('[ENT-41] the revision moves with every answer that changes', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const directory = newDirectory();
        let [before, revision] = [allAnswers(directory), directory.revision];
        for (const step of steps) {
          live(directory, [step], asked);
          const after = allAnswers(directory);
          expect(after).toEqual(directory.revision === revision ? before : after);
          [before, revision] = [after, directory.revision];
        }
      }),
      { numRuns: 100 },
    );
  });

  test('[ENT-41] the revision stays where a lease is renewed, a machine speaks again and is seen again', () => {
    const directory = newDirectory();
    const renew = (time: number) =>
      directory.observeLease(lease('10.0.0.1', time, { mac: 'one', host: 'pc', leaseMs: HOUR_MS }));
    const { device } = renew(START);
    const held = directory.meet(HQ, at('10.0.0.1'), START, mac('one'));
    const { revision } = directory;
    for (let i = 1; i < 20; i++) {
      renew(START + i * HOUR_MS);
      directory.resolve(HQ, at('10.0.0.1'), START + i * HOUR_MS, mac('one'));
      if (device !== null) directory.seen(device, START + i * HOUR_MS);
    }
    expect(directory.revision).toBe(revision);
    expect(held.again(START + 1)).toBe(true);
    expect(held.until).toBe(START + HOUR_MS);
    expect(held.again(START + HOUR_MS)).toBe(false);
  });

  test('[ENT-41] a split is noticed as the merge before it was', () => {
    const directory = newDirectory();
    directory.applyInventory(inventory(START, entry('dev_a', { addresses: [A] }), entry('dev_b')));
    const ask = () => directory.lookUp(HQ, at(A), START);
    const apart = ask();
    directory.merge({ from: 'dev_a', into: 'dev_b' });
    const joined = ask();
    expect([apart.again(START), joined.again(START), joined.device]).toEqual([false, true, 'dev_b']);
    directory.split({ from: 'dev_a', into: 'dev_b' });
    expect([joined.again(START), ask().device]).toEqual([false, 'dev_a']);
  });

  test('another device at one address ends what is remembered of that address only', () => {
    const directory = newDirectory();
    const [here, there] = ['10.0.0.1', '10.0.0.2'].map((address) => {
      directory.observeLease(lease(address, START, { mac: address }));
      return directory.lookUp(HQ, at(address), START + 1);
    });
    directory.observeLease(lease('10.0.0.1', START + 2, { mac: 'new' }));
    expect([here?.again(START + 3), there?.again(START + 3)]).toEqual([false, true]);
  });
});

describe('profiles', () => {
  test('[ENT-42] one that is kept says what a new one would', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const [kept, fresh] = [newDirectory(), newDirectory()];
        for (const step of steps) {
          live(kept, [step], asked);
          profilesOf(kept);
          live(fresh, [step], asked);
        }
        expect(profilesOf(kept)).toEqual(profilesOf(fresh));
      }),
      { numRuns: 100 },
    );
  });

  test('[ENT-42] being seen makes no new one, an inventory does', () => {
    const directory = newDirectory();
    const id = directory.resolve(HQ, at('10.0.0.1'), START) ?? 'dev_nobody';
    const before = directory.profile(id);
    directory.seen(id, START + 1);
    expect(directory.profile(id)).toBe(before);
    expect(before).toMatchObject({ firstSeen: START + 1, lastSeen: START + 1 });
    directory.applyInventory(inventory(START + 2, entry('dev_camera')));
    expect(directory.profile(id)).not.toBe(before);
  });
});
