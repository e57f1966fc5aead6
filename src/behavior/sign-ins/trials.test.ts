import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WrittenState } from '../../columns/memory-state.fixture.ts';
import { ByColumns, PackedTexts, Runs, SideRows, Table } from '../../columns/index.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, type StateReader, type StateWriter } from '../../model/index.ts';
import { signIn } from './sign-in.fixture.ts';
import { isCharged, newTrial, type Trial, tried } from './trial.ts';
import { Trials } from './trials.ts';

const NOW = Date.UTC(2026, 2, 20, 10);

/** The trials of one row, with all that they refer to. */
class OneRow {
  readonly rows = new Table();
  readonly texts = new PackedTexts();
  readonly trials = new Trials(this.rows, 'brute_force', this.texts);
  readonly row = this.rows.add();

  save(to: StateWriter): void {
    this.rows.save(to.part('rows'));
    this.texts.save(to.part('texts'));
    this.trials.save(to.part('trials'));
  }

  load(from: StateReader): void {
    this.rows.load(from.part('rows'));
    this.texts.load(from.part('texts'));
    this.trials.load(from.part('trials'));
  }
}

/** What is kept of a trial: seven digits of a weight; of one against whom there is nothing, nothing but the habit. */
function kept(trial: Trial): Trial {
  const last = Math.floor(trial.last / 1_000) * 1_000;
  const { peer, outbound, days, lastDay, hasSucceeded } = trial;
  if (!isCharged(trial)) return { ...newTrial(peer, outbound, last), days, lastDay, hasSucceeded };
  const weights = ['score', 'unknown', 'burst', 'gap', 'gapSquare'] as const;
  return { ...trial, ...Object.fromEntries(weights.map((each) => [each, Math.fround(trial[each])])) };
}

const anySignIn = fc.record({
  afterMs: fc.oneof(fc.nat(100_000), fc.nat(10 * DAY_MS)),
  peer: fc.constantFrom('', 'dev_a', 'dev_b', '203.0.113.7'),
  outbound: fc.boolean(),
  outcome: fc.constantFrom('failure' as const, 'unknown' as const, 'success' as const),
  account: fc.constantFrom(null, 'a', 'b', 'c'),
  attempts: fc.integer({ min: 1, max: 40 }),
});

test('[SIGNIN-8] a trial is what it was made of, wherever it is kept, also after a move', () => {
  fc.assert(
    fc.property(fc.array(anySignIn, { maxLength: 80, size: 'max' }), fc.nat(80), (all, movedAt) => {
      let home = new OneRow();
      const plain = new Map<string, Trial>();
      let time: EpochMs = NOW;
      for (const [nth, { afterMs, peer, outbound, ...facts }] of all.entries()) {
        time += afterMs;
        const key = `${peer} ${outbound}`;
        const expected = plain.get(key) ?? newTrial(peer, outbound, time);
        const trial = home.trials.get(home.row, peer, outbound, time);
        expect(trial).toEqual(expected);
        tried(trial, signIn(time, { peer: peer === '' ? 'dev_x' : peer, ...facts }));
        home.trials.put(home.row, trial);
        plain.set(key, kept(trial));
        if (nth === movedAt) home = moved(home);
      }
      const read = new OneRow();
      read.load(WrittenState.of(home));
      for (const trial of plain.values()) {
        const { peer, outbound } = trial;
        expect(read.trials.get(read.row, peer, outbound, time)).toEqual(trial);
      }
      expect(read.trials.count(read.row)).toBe(plain.size);
      home.trials.end(home.row);
      expect(home.trials.count(home.row)).toBe(0);
      expect(home.texts.size).toBe(0);
    }),
    { numRuns: 100 },
  );
});

function moved(from: OneRow): OneRow {
  const to = new OneRow();
  from.rows.copyTo(to.rows, from.row, to.row);
  from.trials.moveTo(to.trials, from.row, to.row);
  from.trials.end(from.row);
  expect(from.texts.size).toBe(0);
  return to;
}

test('[SNAP-13] trials of a state of version 3 go on', () => {
  const rows = new Table();
  const lists = new SideRows(rows, 'brute_force');
  const head = {
    begin: lists.table.u32('begin'),
    length: lists.table.u8('length'),
    size: lists.table.u8('size'),
  };
  const places = new Runs();
  const u32 = [
    'peer',
    'failures',
    'unknown_seen',
    'last_day',
    'accounts_low',
    'accounts_high',
    'peers_low',
    'peers_high',
  ];
  const columns: Record<string, { set(row: number, value: number): void }> = Object.fromEntries([
    ...u32.map((name) => [name, places.u32(name)] as const),
    ...['outbound', 'told'].map((name) => [name, places.u8(name)] as const),
    ...['successes', 'gaps', 'days'].map((name) => [name, places.u16(name)] as const),
    ...['score', 'unknown', 'burst', 'gap', 'gap_square'].map((name) => [name, places.f32(name)] as const),
    ...['first', 'last', 'told_at'].map((name) => [name, places.f64(name)] as const),
  ]);
  const texts = new PackedTexts();
  const row = rows.add();
  const list = lists.make(row);
  const begin = places.add(2);
  head.begin.set(list, begin);
  head.length.set(list, 2);
  head.size.set(list, 2);
  const habit = { peer: texts.hold('dev_a'), successes: 900, days: 300, last_day: 20_000, last: NOW + 1 };
  const guess = {
    peer: texts.hold('dev_b'),
    outbound: 1,
    failures: 7,
    score: 3.5,
    last: NOW + 7,
    told: 2,
    told_at: NOW,
  };
  for (const [nth, said] of [habit, guess].entries()) {
    for (const [name, value] of Object.entries(said)) columns[name]?.set(begin + nth, value);
  }
  const written = new WrittenState();
  rows.save(written.part('rows'));
  texts.save(written.part('texts'));
  lists.save(written.part('trials').part('lists'));
  places.save(written.part('trials').part('places'));

  const read = new OneRow();
  read.load(new ByColumns(written));
  const { trials } = read;
  expect(trials.get(row, 'dev_a', false, NOW)).toEqual({
    ...newTrial('dev_a', false, NOW),
    hasSucceeded: true,
    days: 255,
    lastDay: 20_000,
  });
  const charged = { failures: 7, score: 3.5, last: NOW + 7, told: 2, toldAt: NOW };
  expect(trials.get(row, 'dev_b', true, NOW)).toEqual({ ...newTrial('dev_b', true, NOW), ...charged });
  expect(trials.count(row)).toBe(2);
  const later = trials.get(row, 'dev_c', true, NOW + MINUTE_MS);
  trials.put(row, later);
  expect(trials.count(row)).toBe(3);
});
