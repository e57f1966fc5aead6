import { DAY_MS, type EpochMs, HOUR_MS, LIMITS, startOfDayUtc } from '../model/index.ts';
import type { Departure } from './baselines.ts';
import type { Contact } from './contact.ts';
import type { KnownDestination } from './destinations.ts';
import { negativeBinomialUpperTail } from './negative-binomial.ts';
import { combine, deviationScore } from './surprise.ts';
import type { WorkCalendar } from './work-calendar.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const DISCOUNT = 2 ** (-1 / (14 * 24));

class PlainRate {
  hours = 0;
  sum = 0;
  squares = 0;

  learn(count: number): void {
    this.hours = this.hours * DISCOUNT + 1;
    this.sum = this.sum * DISCOUNT + count;
    this.squares = this.squares * DISCOUNT + count * count;
  }

  learnAtMost(count: number): void {
    this.learn(this.hours < 24 ? count : Math.min(count, 4 * (this.mean + 1)));
  }

  get mean(): number {
    return this.hours === 0 ? 0 : this.sum / this.hours;
  }

  tail(count: number): number {
    const spread = this.hours === 0 ? 0 : this.squares / this.hours - this.mean * this.mean;
    const variance = Math.max(spread, this.mean) + 1 / (this.hours + 1);
    return negativeBinomialUpperTail(count, Math.max(this.mean, 1 / (this.hours + 1)), variance);
  }
}

class PlainRates {
  readonly opened = new PlainRate();
  readonly answered = new PlainRate();
  readonly volume = new PlainRate();
  readonly fresh = new PlainRate();

  get usual(): number {
    return this.opened.mean + this.answered.mean;
  }
}

const emptyHour = { opened: 0, answered: 0, bytes: 0, fresh: 0 };

/** A baseline as plain objects, as simply as it can be said: what the columns must agree with, bit for bit. */
export class PlainBaseline {
  readonly destinations = new Map<string, Mutable<KnownDestination>>();
  readonly #rates = { work: new PlainRates(), rest: new PlainRates() };
  readonly #isWorkHour: WorkCalendar;
  #hour: EpochMs | null = null;
  #running = { ...emptyHour };
  #tails = { last: 1, running: 1 };
  #lastHour: Departure = { connections: 0, usualConnections: 0, newDestinations: 0 };
  #nextJudgement = 0;
  #emptySince: EpochMs | null = null;
  readonly #days: EpochMs[] = [];
  #hours = { observed: 0, occupied: 0 };

  constructor(isWorkHour: WorkCalendar) {
    this.#isWorkHour = isWorkHour;
  }

  observe({ time, direction, peer, display, bytesSent }: Contact): boolean {
    const changed = this.advance(time);
    const day = startOfDayUtc(time);
    if (day > (this.#days.at(-1) ?? Number.NEGATIVE_INFINITY)) this.#days.push(day);
    if (direction === 'outbound') this.#visit(peer, display, time);
    this.#running[direction === 'outbound' ? 'opened' : 'answered']++;
    this.#running.bytes += bytesSent ?? 0;
    const seen = this.#running.opened + this.#running.answered + this.#running.fresh;
    if (seen < this.#nextJudgement) return changed;
    this.#nextJudgement = Math.ceil(seen * 1.1) + 1;
    const before = this.deviation;
    this.#tails.running = this.#judge();
    return changed || this.deviation !== before;
  }

  advance(time: EpochMs): boolean {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    this.#hour ??= hour;
    if (this.#hour - hour > HOUR_MS) {
      this.#emptySince = null;
      this.#restartAt(hour);
    } else if (hour >= this.#hour) this.#learnEmptyHours(this.#hour);
    if (hour <= this.#hour) return false;
    this.#tails.last = this.#judge();
    this.#lastHour = this.#describe();
    this.#learn(this.#hour, this.#running);
    this.#emptySince = Math.max(this.#hour + HOUR_MS, hour - 14 * DAY_MS);
    this.#restartAt(hour);
    return true;
  }

  get deviation(): number {
    return deviationScore(Math.min(1, 2 * Math.min(this.#tails.last, this.#tails.running)));
  }

  departure(): Departure {
    return this.#tails.running <= this.#tails.last ? this.#describe() : this.#lastHour;
  }

  get connectionsPerHour(): number {
    const { work, rest } = this.#rates;
    const hours = work.opened.hours + rest.opened.hours;
    if (hours === 0) return this.#running.opened + this.#running.answered;
    return (work.usual * work.opened.hours + rest.usual * rest.opened.hours) / hours;
  }

  get occupancy(): number {
    return this.#hours.observed === 0 ? 0 : this.#hours.occupied / this.#hours.observed;
  }

  get daysWithData(): number {
    return this.#days.length;
  }

  knownDestinations(): readonly KnownDestination[] {
    const all = [...this.destinations.values()];
    const established = all.filter(({ days }) => days > 1);
    return (established.length > 0 ? established : all).sort(
      (a, b) => b.count - a.count || (a.key < b.key ? -1 : 1),
    );
  }

  begin(enrolledAt: EpochMs | null): EpochMs | null {
    const [first = null] = this.#days;
    return enrolledAt === null ? first : Math.min(startOfDayUtc(enrolledAt), first ?? enrolledAt);
  }

  establishedAt(enrolledAt: EpochMs | null, now: EpochMs): EpochMs | null {
    const [begin, seventh] = [this.begin(enrolledAt), this.#days[6]];
    if (begin === null || seventh === undefined) return null;
    const at = Math.max(begin + 14 * DAY_MS, seventh + DAY_MS);
    return at <= now ? at : null;
  }

  maturity(enrolledAt: EpochMs | null, now: EpochMs): number {
    const begin = this.begin(enrolledAt);
    if (begin === null) return 0;
    return Math.max(0, Math.min(1, (now - begin) / (14 * DAY_MS), this.#days.length / 7));
  }

  #visit(key: string, display: string, time: EpochMs): void {
    const known = this.destinations.get(key);
    if (known === undefined) {
      if (this.destinations.size >= LIMITS.destinationsPerEntity) this.#evict();
      this.destinations.set(key, { key, display, count: 1, firstSeen: time, lastSeen: time, days: 1 });
      this.#running.fresh++;
      return;
    }
    if (startOfDayUtc(time) > startOfDayUtc(known.lastSeen)) known.days++;
    known.count++;
    known.lastSeen = Math.max(known.lastSeen, time);
    known.display = display;
  }

  /** The least used gives way: of few days, of few contacts, long unseen; the first that was met where all is equal. */
  #evict(): void {
    const [least] = [...this.destinations.values()].sort(
      (a, b) => a.days - b.days || a.count - b.count || a.lastSeen - b.lastSeen,
    );
    if (least !== undefined) this.destinations.delete(least.key);
  }

  #learnEmptyHours(running: EpochMs): void {
    if (this.#emptySince === null) return;
    for (let hour = this.#emptySince; hour < running; hour += HOUR_MS) {
      this.#learn(hour, emptyHour);
      this.#tails.last = 1;
    }
    this.#emptySince = null;
  }

  #learn(hour: EpochMs, { opened, answered, bytes, fresh }: typeof emptyHour): void {
    const rates = this.#ratesOf(hour);
    rates.opened.learnAtMost(opened);
    rates.answered.learnAtMost(answered);
    rates.volume.learn(magnitude(bytes));
    rates.fresh.learnAtMost(fresh);
    this.#hours.observed++;
    if (opened + answered > 0) this.#hours.occupied++;
  }

  #restartAt(hour: EpochMs): void {
    this.#hour = hour;
    this.#running = { ...emptyHour };
    this.#tails.running = 1;
    this.#nextJudgement = 0;
  }

  #judge(): number {
    const rates = this.#ratesOf(this.#hour ?? 0);
    const { opened, answered, bytes, fresh } = this.#running;
    const serves = rates.answered.mean >= 1;
    if (rates.opened.hours < 24 || (opened === 0 && !(serves && answered > 0))) return 1;
    const tails = [rates.opened.tail(opened), rates.volume.tail(magnitude(bytes)), rates.fresh.tail(fresh)];
    return combine(serves ? [...tails, rates.answered.tail(answered)] : tails);
  }

  #describe(): Departure {
    const { opened, answered, fresh } = this.#running;
    const usualConnections = this.#ratesOf(this.#hour ?? 0).usual;
    return { connections: opened + answered, usualConnections, newDestinations: fresh };
  }

  #ratesOf(hour: EpochMs): PlainRates {
    return this.#rates[this.#isWorkHour(hour) ? 'work' : 'rest'];
  }
}

function magnitude(bytes: number): number {
  return bytes <= 0 ? 0 : Math.floor(Math.log2(bytes)) + 1;
}
