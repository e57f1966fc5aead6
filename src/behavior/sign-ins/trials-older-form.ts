import { olderColumn } from '../../columns/index.ts';
import type { ColumnKind, StateReader } from '../../model/index.ts';
import { MOST_DAYS, newTrial, type Trial } from './trial.ts';

/** Where the lists of trials begin: a state of version 3 calls it so. */
export function headsOf(from: StateReader): StateReader {
  return {
    plain: (name) => from.plain(name),
    records: (name) => from.records(name),
    texts: (name) => from.texts(name),
    column: (name, kind, pageRows) => from.column(name, kind, pageRows),
    part: (name) => from.part(name === 'heads' ? 'lists' : name),
    derived: (name) => from.derived(name),
    has: (name) => from.has(name),
  };
}

/** What a state of version 3 says of each place: all of a trial, whether there is something against it or not. */
export function* trialsOf(places: StateReader): Iterable<readonly [place: number, trial: Trial]> {
  const { end } = places.plain('runs') as { readonly end: number };
  const column = (name: string, kind: ColumnKind) => olderColumn(places, name, kind);
  const bits = (name: string) => {
    const [low, high] = [column(`${name}_low`, 'u32'), column(`${name}_high`, 'u32')];
    return (place: number) => ({ low: low(place), high: high(place) });
  };
  const outbound = column('outbound', 'u8');
  const [days, successes, gaps] = [column('days', 'u16'), column('successes', 'u16'), column('gaps', 'u16')];
  const [lastDay, failures] = [column('last_day', 'u32'), column('failures', 'u32')];
  const [unknownSeen, told] = [column('unknown_seen', 'u32'), column('told', 'u8')];
  const [last, toldAt] = [column('last', 'f64'), column('told_at', 'f64')];
  const [score, unknown, burst] = [column('score', 'f32'), column('unknown', 'f32'), column('burst', 'f32')];
  const [gap, gapSquare] = [column('gap', 'f32'), column('gap_square', 'f32')];
  const [accounts, peers] = [bits('accounts'), bits('peers')];
  for (let place = 0; place < end; place++) {
    const trial = newTrial('', outbound(place) === 1, last(place));
    trial.score = score(place);
    trial.failures = failures(place);
    trial.unknown = unknown(place);
    trial.burst = burst(place);
    trial.unknownSeen = unknownSeen(place);
    trial.hasSucceeded = successes(place) > 0;
    trial.accounts = accounts(place);
    trial.peers = peers(place);
    trial.gap = gap(place);
    trial.gapSquare = gapSquare(place);
    trial.gaps = gaps(place);
    trial.days = Math.min(MOST_DAYS, days(place));
    trial.lastDay = lastDay(place);
    trial.told = told(place);
    trial.toldAt = toldAt(place);
    yield [place, trial];
  }
}
