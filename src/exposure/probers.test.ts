import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import type { Address, Outcome } from '../model/index.ts';
import { markOf, type ProberHandle, Probers } from './probers.ts';

const STRANGER = '198.51.100.7' as Address;

function tried(
  probers: Probers,
  targets: readonly (readonly [host: string, port: number])[],
  outcome: Outcome,
) {
  for (const [at, [host, port]] of targets.entries()) {
    probers.observe(STRANGER, { mark: markOf(host as Address), port }, { outcome, time: at });
  }
}

const ports = (count: number) => Array.from({ length: count }, (_, i) => ['192.0.2.1', 20 + i] as const);

describe('[PROBERS-1] an outsider', () => {
  test('who tries four places in vain scans; one who tries three does not yet', () => {
    for (const [count, isScan] of [
      [3, false],
      [4, true],
    ] as const) {
      const probers = new Probers();
      tried(probers, ports(count), 'unanswered');
      expect(probers.of(STRANGER)).toEqual({ targets: count, first: 0, last: count - 1, isScan });
    }
  });

  test('who tries one place again and again, or is answered, does not scan', () => {
    const [again, answered] = [new Probers(), new Probers()];
    tried(
      again,
      Array.from({ length: 50 }, () => ['192.0.2.1', 22] as const),
      'unanswered',
    );
    tried(answered, ports(50), 'established');
    expect(again.of(STRANGER)).toMatchObject({ targets: 1, isScan: false });
    expect(answered.of(STRANGER)).toMatchObject({ isScan: false });
  });

  test('who scanned is one who scans, whatever answers him afterwards', () => {
    const probers = new Probers();
    tried(probers, ports(6), 'rejected');
    tried(probers, ports(60).slice(6), 'established');
    expect(probers.of(STRANGER)?.isScan).toBe(true);
    expect([...probers.scanning()]).toEqual([STRANGER]);
  });

  test('is forgotten when there are too many, the one unseen longest first', () => {
    const probers = new Probers(3);
    const sources = ['a', 'b', 'c', 'a', 'd'] as Address[];
    for (const [time, source] of sources.entries()) {
      probers.observe(
        source,
        { mark: markOf('192.0.2.1' as Address), port: 22 },
        { outcome: 'rejected', time },
      );
    }
    expect(['a', 'b', 'c', 'd'].map((source) => probers.of(source) !== null)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

test('[PROBERS-2] outsiders go on from what was written down', () => {
  const probe = fc.record({
    source: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    port: fc.nat(12),
    outcome: fc.constantFrom<Outcome>('established', 'unanswered', 'rejected', 'unknown'),
  });
  fc.assert(
    fc.property(fc.array(probe), fc.array(probe), (before, after) => {
      const observe = (to: Probers, probes: typeof before, from: number): void => {
        for (const [i, { source, port, outcome }] of probes.entries()) {
          const target = { mark: markOf('192.0.2.1' as Address), port };
          to.observe(source as Address, target, { outcome, time: from + i });
        }
      };
      const whole = new Probers(4);
      observe(whole, before, 0);
      const resumed = new Probers(4);
      resumed.load(WrittenState.of(whole));
      for (const each of [whole, resumed]) observe(each, after, before.length);
      const said = (probers: Probers) => ['a', 'b', 'c', 'd', 'e'].map((source) => probers.of(source));
      expect(said(resumed)).toEqual(said(whole));
    }),
  );
});

test('[PROBERS-3] a source told of again by its handle is as one told of by its address', () => {
  const probe = fc.record({
    source: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    port: fc.nat(12),
    outcome: fc.constantFrom<Outcome>('established', 'unanswered', 'rejected', 'unknown'),
  });
  fc.assert(
    fc.property(fc.array(probe, { size: 'max', maxLength: 120 }), (probes) => {
      const [byAddress, byHandle] = [new Probers(3), new Probers(3)];
      const handles = new Map<string, ProberHandle>();
      for (const [time, { source, port, outcome }] of probes.entries()) {
        const target = { mark: markOf('192.0.2.1' as Address), port };
        byAddress.observe(source as Address, target, { outcome, time });
        const handle = handles.get(source) ?? 0;
        if (byHandle.observeAgain(handle, target, { outcome, time })) continue;
        handles.set(source, byHandle.observe(source as Address, target, { outcome, time }));
      }
      expect(WrittenState.of(byHandle)).toEqual(WrittenState.of(byAddress));
    }),
  );
});
