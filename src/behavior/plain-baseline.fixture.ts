import { DAY_MS, type EpochMs, HOUR_MS, LIMITS, startOfDayUtc } from '../model/index.ts';
import type { Departure } from './baselines.ts';
import { PlainHabits } from './habits/plain-habits.fixture.ts';
import { isAdministration } from './administration.ts';
import type { Contact } from './contact.ts';
import type { KnownDestination } from './destinations.ts';
import { negativeBinomialUpperTail } from './negative-binomial.ts';
import type { HourClass } from './rates.ts';
import { combine, deviationScore, together } from './surprise.ts';
import type { SiteClock } from './site-clock.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const DISCOUNT = 2 ** (-1 / (14 * 24));

/** One thing counted, in two classes of hours. */
class PlainRate {
  readonly #of = { work: { hours: 0, sum: 0, squares: 0 }, rest: { hours: 0, sum: 0, squares: 0 } };

  learn(hours: HourClass, count: number): void {
    const own = this.#of[hours];
    own.hours = Math.fround(own.hours * DISCOUNT + 1);
    own.sum = Math.fround(own.sum * DISCOUNT + count);
    own.squares = Math.fround(own.squares * DISCOUNT + count * count);
  }

  learnAtMost(hours: HourClass, count: number, share: number): void {
    const own = this.#of[hours];
    this.learnShare(hours, own.hours < 8 ? count : Math.min(count, 4 * (own.sum / own.hours + 1)), share);
  }

  learnShare(hours: HourClass, count: number, share: number): void {
    const own = this.#of[hours];
    const mean = own.hours === 0 ? 0 : own.sum / own.hours;
    this.learn(hours, share === 1 || count <= mean ? count : mean + (count - mean) * share);
  }

  get hours(): number {
    return this.#of.work.hours + this.#of.rest.hours;
  }

  get overall(): number {
    return this.hours === 0 ? 0 : (this.#of.work.sum + this.#of.rest.sum) / this.hours;
  }

  mean(hours: HourClass): number {
    return this.#shrunk(hours, 'sum');
  }

  variance(hours: HourClass): number {
    const mean = this.mean(hours);
    const spread = this.hours === 0 ? 0 : this.#shrunk(hours, 'squares') - mean * mean;
    const widest = Math.max(spread, mean);
    return widest + widest / (this.#of[hours].hours + 4) + 1 / (this.hours + 1);
  }

  tail(hours: HourClass, count: number): number {
    const mean = Math.max(this.mean(hours), 1 / (this.hours + 1));
    return count <= 0 ? 1 : negativeBinomialUpperTail(count, mean, this.variance(hours));
  }

  /** Its own, and four hours that are like all. */
  #shrunk(hours: HourClass, what: 'sum' | 'squares'): number {
    if (this.hours === 0) return 0;
    const { work, rest } = this.#of;
    const own = this.#of[hours];
    return (own[what] + (4 * (work[what] + rest[what])) / this.hours) / (own.hours + 4);
  }
}

class PlainRates {
  readonly opened = new PlainRate();
  readonly answered = new PlainRate();
  readonly volume = new PlainRate();
  readonly fresh = new PlainRate();
  readonly failed = new PlainRate();
  readonly novel = new PlainRate();
  readonly reached = new PlainRate();
}

const emptyHour = { opened: 0, answered: 0, bytes: 0, fresh: 0, failed: 0, novel: 0, reached: 0 };

/** A baseline as plain objects, as simply as it can be said: what the columns must agree with, bit for bit. */
export class PlainBaseline {
  readonly destinations = new Map<string, Mutable<KnownDestination>>();
  /** From when on destinations were taken hold of by ports of administration. */
  readonly held = new Map<string, EpochMs>();
  readonly #rates = new PlainRates();
  readonly #habits = new PlainHabits();
  readonly #clock: SiteClock;
  /** Of the latest contact: with it, it turned to many more inside than it ever does. */
  isFarFlung = false;
  /** Of the latest contact, before it: active hours in which nobody was called at its port. */
  hoursWithoutPort = 0;
  #hour: EpochMs | null = null;
  #running = { ...emptyHour };
  #tails = { last: 1, running: 1 };
  #lastHour: Departure = {
    connections: 0,
    usualConnections: 0,
    newDestinations: 0,
    oddities: new PlainHabits().oddities(0, { opened: 0, volume: 0 }),
  };
  #nextJudgement = 0;
  #suspect = 0;
  #emptySince: EpochMs | null = null;
  readonly #days: EpochMs[] = [];
  #hours = { observed: 0, occupied: 0 };

  constructor(clock: SiteClock) {
    this.#clock = clock;
  }

  observe(contact: Contact): boolean {
    const { time, direction, peer, display, bytesSent, outcome } = contact;
    const spokeOf = this.deviation;
    const changed = this.advance(time) || this.deviation !== spokeOf;
    const isLate = time < (this.#hour ?? 0);
    const isFirstInHour =
      contact.internal && !isLate && this.#isFirstInHour(peer) && this.#isFirstInHour(display);
    this.hoursWithoutPort = this.#habits.hoursWithoutPort(contact);
    this.isFarFlung = contact.internal && this.#habits.isFarFlung(isFirstInHour);
    const day = startOfDayUtc(time);
    if (day > (this.#days.at(-1) ?? Number.NEGATIVE_INFINITY)) this.#days.push(day);
    this.#habits.days = this.#days.length;
    if (direction === 'outbound') {
      const age = time - (this.destinations.get(peer)?.firstSeen ?? time);
      const isKnown = this.destinations.has(peer);
      const isNovel = !isKnown || (age < DAY_MS && age < (this.#hours.observed * HOUR_MS) / 2);
      if (isNovel) this.#running.novel++;
      if (isAdministration(contact) && this.#isNewlyHeld(peer, time)) this.#running.reached++;
      if (outcome === 'unanswered' || outcome === 'rejected') this.#running.failed++;
      this.#visit(peer, display, time);
      if (isAdministration(contact) && !this.held.has(peer)) this.#hold(peer, isKnown);
      this.#habits.note(contact, isFirstInHour);
    }
    this.#running[direction === 'outbound' ? 'opened' : 'answered']++;
    this.#running.bytes = Math.fround(this.#running.bytes + (bytesSent ?? 0));
    const seen = this.#running.opened + this.#running.answered + this.#running.fresh;
    if (seen < this.#nextJudgement) return changed;
    this.#nextJudgement = Math.ceil(seen * 1.1) + 1;
    const before = this.deviation;
    this.#tails.running = this.#judge();
    return changed || this.deviation !== before;
  }

  #isNewlyHeld(peer: string, time: EpochMs): boolean {
    const since = this.held.get(peer);
    if (since === undefined) return true;
    return time - since < DAY_MS && time - since < (this.#hours.observed * HOUR_MS) / 2;
  }

  /** From when it was met, or from the midnight before. */
  #hold(peer: string, isKnown: boolean): void {
    const { firstSeen, lastSeen } = this.destinations.get(peer) as KnownDestination;
    this.held.set(peer, isKnown ? Math.max(firstSeen, startOfDayUtc(lastSeen)) : firstSeen);
  }

  #isFirstInHour(peer: string): boolean {
    return (this.destinations.get(peer)?.lastSeen ?? Number.NEGATIVE_INFINITY) < (this.#hour ?? 0);
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
    const { usualConnections, ...hourly } = this.#describe();
    this.#lastHour = { ...hourly, usualConnections: Math.fround(usualConnections) };
    const isSuspect = this.#tails.last < 1e-4;
    const share = isSuspect && this.#suspect < 72 ? 0.1 : 1;
    this.#suspect = isSuspect ? this.#suspect + 1 : 0;
    this.#habits.learn(this.#hour, this.#done, this.#hours.observed, share);
    this.#learn(this.#hour, this.#running, share);
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
    const { opened, answered } = this.#rates;
    if (opened.hours === 0) return this.#running.opened + this.#running.answered;
    return opened.overall + answered.overall;
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
    const days = Math.floor((now - begin) / DAY_MS);
    return Math.max(0, Math.min(1, days / 14, this.#days.length / 7));
  }

  #visit(key: string, display: string, time: EpochMs): void {
    const known = this.destinations.get(key);
    if (known === undefined) {
      if (this.destinations.size >= LIMITS.destinationsPerEntity) this.#evict();
      const seen = inSeconds(time);
      this.destinations.set(key, { key, display, count: 1, firstSeen: seen, lastSeen: seen, days: 1 });
      this.#running.fresh++;
      return;
    }
    if (startOfDayUtc(time) > startOfDayUtc(known.lastSeen)) known.days++;
    known.count++;
    known.lastSeen = Math.max(known.lastSeen, inSeconds(time));
    known.display = display;
  }

  /** The least used gives way: of few days, of few contacts, long unseen; the first that was met where all is equal. */
  #evict(): void {
    const [least] = [...this.destinations.values()].sort(
      (a, b) => a.days - b.days || a.count - b.count || a.lastSeen - b.lastSeen,
    );
    if (least === undefined) return;
    this.destinations.delete(least.key);
    this.held.delete(least.key);
  }

  #learnEmptyHours(running: EpochMs): void {
    if (this.#emptySince === null) return;
    for (let hour = this.#emptySince; hour < running; hour += HOUR_MS) {
      this.#habits.learnHourOfDay(hour, 0, this.#hours.observed);
      this.#learn(hour, emptyHour);
      this.#tails.last = 1;
    }
    this.#emptySince = null;
  }

  #learn(
    hour: EpochMs,
    { opened, answered, bytes, fresh, failed, novel, reached }: typeof emptyHour,
    share = 1,
  ): void {
    const [rates, hours] = [this.#rates, this.#class(hour)];
    rates.opened.learnAtMost(hours, opened, share);
    rates.answered.learnAtMost(hours, answered, share);
    rates.volume.learnShare(hours, magnitude(bytes), share);
    rates.fresh.learnAtMost(hours, fresh, share);
    rates.failed.learnAtMost(hours, failed, share);
    rates.novel.learnAtMost(hours, novel, share);
    rates.reached.learnAtMost(hours, reached, share);
    this.#hours.observed++;
    if (opened + answered > 0) this.#hours.occupied++;
  }

  #restartAt(hour: EpochMs): void {
    this.#hour = hour;
    this.#running = { ...emptyHour };
    this.#habits.startAnew();
    this.#tails.running = 1;
    this.#nextJudgement = 0;
  }

  #judge(): number {
    const [rates, hours] = [this.#rates, this.#class(this.#hour ?? 0)];
    const { opened, answered, bytes, fresh, failed, novel, reached } = this.#running;
    const serves = rates.answered.mean(hours) >= 1;
    if (rates.opened.hours < 8 || (opened === 0 && !(serves && answered > 0))) return 1;
    const amount = [this.#openedTail(opened), this.#volumeTail(magnitude(bytes))];
    if (serves) amount.push(rates.answered.tail(hours, answered));
    const breadth = together([rates.fresh.tail(hours, fresh), rates.novel.tail(hours, novel)]);
    const reach = rates.reached.tail(hours, reached);
    const counts = combine([together(amount), breadth, reach, rates.failed.tail(hours, failed)]);
    return Math.fround(this.#habits.beside(counts, this.#ofDay, this.#done));
  }

  #describe(): Departure {
    const { opened, answered, fresh } = this.#running;
    const hours = this.#class(this.#hour ?? 0);
    const opens = this.#habits.hours.areKnown
      ? this.#habits.hours.mean(this.#ofDay, this.#like)
      : this.#rates.opened.mean(hours);
    const usualConnections = opens + this.#rates.answered.mean(hours);
    const oddities = this.#habits.oddities(this.#ofDay, this.#done);
    return { connections: opened + answered, usualConnections, newDestinations: fresh, oddities };
  }

  /** What is ordinary at its hour is no oddity of its class of hours. */
  #volumeTail(volume: number): number {
    const tail = this.#rates.volume.tail(this.#class(this.#hour ?? 0), volume);
    const { sent } = this.#habits;
    return sent.isKnown(this.#ofDay) ? Math.max(tail, sent.tail(this.#ofDay, volume)) : tail;
  }

  get #done() {
    return { opened: this.#running.opened, volume: magnitude(this.#running.bytes) };
  }

  #openedTail(opened: number): number {
    const { hours } = this.#habits;
    return hours.areKnown ? hours.tail(this.#ofDay, opened, this.#like) : this.#like.tail(opened);
  }

  /** What hours of its class open. */
  get #like() {
    const hours = this.#class(this.#hour ?? 0);
    const { opened } = this.#rates;
    return {
      mean: opened.mean(hours),
      variance: opened.variance(hours),
      tail: (count: number) => opened.tail(hours, count),
    };
  }

  get #ofDay(): number {
    return this.#clock.hourOfDay(this.#hour ?? 0) ?? Number.NaN;
  }

  #class(hour: EpochMs): HourClass {
    return this.#clock.isWorkHour(hour) ? 'work' : 'rest';
  }
}

function magnitude(bytes: number): number {
  return bytes <= 0 ? 0 : Math.floor(Math.log2(bytes)) + 1;
}

function inSeconds(time: EpochMs): EpochMs {
  return Math.floor(time / 1_000) * 1_000;
}
