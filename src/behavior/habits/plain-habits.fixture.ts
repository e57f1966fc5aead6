import { DAY_MS, HOUR_MS, type EpochMs } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { Oddities } from './habits.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { negativeBinomialUpperTail } from '../negative-binomial.ts';

/** A mean and a variance of its class of hours, and the tail that follows from them. */
interface Like {
  readonly mean: number;
  readonly variance: number;
  tail(count: number): number;
}

class PlainFrequency {
  chances = 0;
  times = 0;

  get probability(): number {
    return (this.times + 0.5) / (this.chances + 1);
  }

  learn(happened: boolean): void {
    this.chances++;
    if (happened) this.times++;
    if (this.chances < 1_024 && this.times <= 255) return;
    this.chances = Math.floor(this.chances / 2);
    this.times = Math.floor(this.times / 2);
  }
}

class PlainHoursOfDay {
  readonly waking = new PlainFrequency();
  readonly #moments = Array.from({ length: 24 }, () => ({ mean: 0, square: 0 }));
  #lived = 0;

  get areKnown(): boolean {
    return this.#lived >= 168;
  }

  isAsleep(ofDay: number): boolean {
    return this.areKnown && this.#at(ofDay).mean < 0.01;
  }

  mean(ofDay: number, like: Like): number {
    return (this.#days * this.#at(ofDay).mean + 10 * like.mean) / (this.#days + 10);
  }

  tail(ofDay: number, count: number, like: Like): number {
    if (count <= 0) return 1;
    if (this.isAsleep(ofDay)) return this.waking.probability * Math.min(1, like.tail(count) / like.tail(1));
    const days = this.#days;
    const mean = this.mean(ofDay, like);
    const square =
      (days * this.#at(ofDay).square + 10 * (like.variance + like.mean * like.mean)) / (days + 10);
    const widest = Math.max(square - mean * mean, mean);
    return negativeBinomialUpperTail(count, Math.max(mean, 1 / (days + 11)), widest + widest / (days + 10));
  }

  learn(ofDay: number, opened: number, observed: number, share: number): void {
    if (observed < 24 && this.#lived === 0) return;
    if (this.isAsleep(ofDay)) this.waking.learn(opened > 0);
    const own = this.#at(ofDay);
    const most = this.areKnown ? Math.min(opened, 4 * (own.mean + 1)) : opened;
    const count = opened <= own.mean ? opened : own.mean + (most - own.mean) * share;
    const part = 1 / (this.#days + 1);
    own.square = outOfSteps(inSteps(own.square + (count * count - own.square) * part));
    own.mean = outOfSteps(inSteps(own.mean + (count - own.mean) * part));
    this.#lived++;
  }

  get #days(): number {
    return Math.min(1 / (1 - 2 ** (-1 / 14)) - 1, Math.floor(this.#lived / 24));
  }

  #at(ofDay: number): { mean: number; square: number } {
    return this.#moments[ofDay] as { mean: number; square: number };
  }
}

class PlainSessions {
  #hours = 0;
  #sum = 0;
  #squares = 0;
  longest = 0;

  get areKnown(): boolean {
    return this.#hours >= 8;
  }

  get tail(): number {
    if (this.longest === 0) return 1;
    const mean = this.#sum / this.#hours;
    const spread = Math.sqrt(Math.max(1, this.#squares / this.#hours - mean * mean) * (1 + 4 / this.#hours));
    if (Math.log2(this.longest) <= mean + spread) return 1;
    return gumbel((Math.log2(this.longest) - mean) / spread);
  }

  learn(share: number): void {
    if (this.longest === 0) return;
    const mean = this.#hours === 0 ? 0 : this.#sum / this.#hours;
    const length = Math.log2(this.longest);
    const learnt = length <= mean ? length : mean + (length - mean) * share;
    const discount = 2 ** (-1 / (14 * 24));
    this.#hours = Math.fround(this.#hours * discount + 1);
    this.#sum = Math.fround(this.#sum * discount + learnt);
    this.#squares = Math.fround(this.#squares * discount + learnt * learnt);
  }
}

function gumbel(deviations: number): number {
  const exponent = -deviations / (Math.sqrt(6) / Math.PI) - 0.577_215_664_901_532_9;
  return Math.max(1e-10, -Math.expm1(-Math.exp(exponent)));
}

class PlainPorts {
  readonly #news = new PlainFrequency();
  #known: { port: number; days: number; lastDay: number }[] = [];
  #hours = 0;
  isFresh = false;

  get areKnown(): boolean {
    return this.#hours >= 6;
  }

  get tail(): number {
    return this.isFresh ? this.#news.probability : 1;
  }

  hoursWithout(port: number, time: EpochMs): number {
    const known = this.#known.find((each) => each.port === Math.min(port, 32_768));
    const isOfToday = known?.days === 1 && known.lastDay === Math.floor(time / DAY_MS) % 256;
    return known === undefined || isOfToday ? this.#news.chances : 0;
  }

  use(port: number, time: EpochMs): void {
    const key = Math.min(port, 32_768);
    const day = Math.floor(time / DAY_MS) % 256;
    const known = this.#known.find((each) => each.port === key);
    if (known === undefined) {
      this.isFresh = true;
      const fewest = this.#known.reduce((a, b) => (b.days < a.days ? b : a), { days: 256 } as never);
      const fresh = { port: key, days: 1, lastDay: day };
      this.#known =
        this.#known.length < 16
          ? [...this.#known, fresh]
          : this.#known.map((each) => (each === fewest ? fresh : each));
    } else if (known.lastDay !== day) {
      known.days = Math.min(255, known.days + 1);
      known.lastDay = day;
    }
  }

  learn(teaches: boolean): void {
    if (this.#hours < 6) this.#hours++;
    else this.#news.learn(teaches && this.isFresh);
  }
}

class PlainSent {
  readonly #hours = Array.from({ length: 24 }, () => ({ days: 0, mean: 0 }));
  #hasBegun = false;
  #judged = 0;
  #square = 0;

  isKnown(ofDay: number): boolean {
    return this.#judged >= 24 && this.#at(ofDay).days >= 5;
  }

  tail(ofDay: number, magnitude: number): number {
    const { days, mean } = this.#at(ofDay);
    const spread = Math.sqrt(Math.max(1.5 ** 2, this.#square) * (1 + 1 / days));
    return magnitude <= mean + spread ? 1 : Math.max(1e-4, gumbel((magnitude - mean) / spread));
  }

  learn(ofDay: number, magnitude: number, observed: number, share: number): void {
    if (magnitude === 0 || (!this.#hasBegun && observed < 24)) return;
    this.#hasBegun = true;
    const own = this.#at(ofDay);
    const departure = magnitude - own.mean;
    const learnt = departure <= 0 ? departure : departure * share;
    if (own.days > 0) {
      this.#judged = Math.min(255, this.#judged + 1);
      const square = this.#square + (learnt * learnt - this.#square) / this.#judged;
      this.#square = outOfSteps(inSteps(square));
    }
    own.mean = Math.round((own.mean + learnt / (own.days + 1)) * 64) / 64;
    own.days = Math.min(10, own.days + 1);
  }

  #at(ofDay: number): { days: number; mean: number } {
    return this.#hours[ofDay] as { days: number; mean: number };
  }
}

class PlainFanOut {
  #hours = 0;
  #mean = 0;
  #square = 0;
  /** A destination that gave way and was met again counts again. */
  running = 0;

  get areKnown(): boolean {
    return this.#hours >= 12;
  }

  get tail(): number {
    const further = this.running - 1;
    if (further <= 0 || further <= this.#mean + Math.sqrt(this.#variance)) return 1;
    return this.#tailOf(further);
  }

  isFarFlung(isOneMore: boolean): boolean {
    return this.areKnown && this.#tailOf(this.running + (isOneMore ? 1 : 0) - 1) < 1e-3;
  }

  get #variance(): number {
    const spread = Math.max(this.#square - this.#mean * this.#mean, 1.25 * Math.max(0.25, this.#mean));
    return spread * (1 + 4 / this.#hours);
  }

  #tailOf(further: number): number {
    return negativeBinomialUpperTail(further, Math.max(0.25, this.#mean), this.#variance);
  }

  learn(share: number): void {
    if (this.running === 0) return;
    const further = this.running - 1;
    const most = this.areKnown ? Math.min(further, 4 * (this.#mean + 1)) : further;
    const learnt = further <= this.#mean ? further : this.#mean + (most - this.#mean) * share;
    const part = this.#hours + 1;
    this.#square = outOfSteps(inSteps(this.#square + (learnt * learnt - this.#square) / part));
    this.#mean = outOfSteps(inSteps(this.#mean + (learnt - this.#mean) / part));
    this.#hours = Math.min(255, this.#hours + 1);
  }
}

class PlainPlaces {
  #first = 0;
  #others: { place: number; days: number; lastDay: number }[] = [];
  isFresh = false;

  areKnown(days: number): boolean {
    return days >= 5 && this.#first !== 0 && this.#others.length < 8;
  }

  tail(days: number): number {
    return this.isFresh ? Math.min(1, (this.#others.length - 1 + 0.5) / (days + 1)) : 1;
  }

  use(place: number, time: EpochMs): void {
    if (this.#first === 0) this.#first = place;
    if (place === this.#first) return;
    const lastDay = Math.floor(time / DAY_MS) % 256;
    const known = this.#others.find((each) => each.place === place);
    if (known !== undefined) {
      if (known.lastDay !== lastDay) known.days++;
      known.lastDay = lastDay;
      return;
    }
    const fewest = this.#others.reduce((a, b) => (b.days < a.days ? b : a), { days: 256 } as never);
    const fresh = { place, days: 1, lastDay };
    this.#others =
      this.#others.length < 8
        ? [...this.#others, fresh]
        : this.#others.map((each) => (each === fewest ? fresh : each));
    this.isFresh = true;
  }
}

/** What of an hour habits look at. */
interface Done {
  readonly opened: number;
  readonly volume: number;
}

/** Habits as plain objects: what the columns must agree with. Nobody has a kind here. */
export class PlainHabits {
  readonly hours = new PlainHoursOfDay();
  readonly #sessions = new PlainSessions();
  readonly #ports = new PlainPorts();
  readonly sent = new PlainSent();
  readonly #fanOut = new PlainFanOut();
  readonly #places = new PlainPlaces();
  /** Days on which it did anything. */
  days = 0;

  note(contact: Contact, isFirstInHour: boolean): void {
    const { durationMs, outcome, port, protocol, time, place } = contact;
    this.#places.use(place, time);
    if (isFirstInHour) this.#fanOut.running++;
    if (outcome === 'established') this.#sessions.longest = Math.max(this.#sessions.longest, durationMs ?? 0);
    if (port !== null && (protocol === 'tcp' || protocol === 'udp')) this.#ports.use(port, time);
  }

  beside(counts: number, ofDay: number, done: Done): number {
    const known = this.#ways(ofDay, done).filter((tail) => tail !== null);
    const sum = known.reduce((all, tail) => all + 1 / tail, 0);
    return known.length === 0 ? counts : Math.min(counts, 2 * (known.length / sum));
  }

  oddities(ofDay: number, done: Done) {
    const [isAwakeOddly, hasLongSession, hasFreshPort, sendsOddly, fansOut, isElsewhere] = this.#ways(
      ofDay,
      done,
    ).map((tail) => tail !== null && tail < 0.05);
    return { isAwakeOddly, hasLongSession, hasFreshPort, sendsOddly, fansOut, isElsewhere } as Oddities;
  }

  #ways(ofDay: number, { opened, volume }: Done): readonly (number | null)[] {
    const { hours } = this;
    const isAwake = hours.isAsleep(ofDay) && opened > 0;
    const waking = hours.areKnown ? (isAwake ? hours.waking.probability : 1) : null;
    return [
      waking,
      this.#sessions.areKnown ? this.#sessions.tail : null,
      this.#ports.areKnown ? this.#ports.tail : null,
      this.sent.isKnown(ofDay) ? this.sent.tail(ofDay, volume) : null,
      this.#fanOut.areKnown ? this.#fanOut.tail : null,
      this.#places.areKnown(this.days) ? this.#places.tail(this.days) : null,
    ];
  }

  learn(hour: EpochMs, { opened, volume }: Done, observed: number, share: number): void {
    this.learnHourOfDay(hour, opened, observed, share);
    this.sent.learn(Math.floor(hour / HOUR_MS) % 24, volume, observed, share);
    this.#sessions.learn(share);
    this.#fanOut.learn(share);
    if (opened > 0) this.#ports.learn(share === 1);
  }

  learnHourOfDay(hour: EpochMs, opened: number, observed: number, share = 1): void {
    this.hours.learn(Math.floor(hour / HOUR_MS) % 24, opened, observed, share);
  }

  startAnew(): void {
    this.#sessions.longest = 0;
    this.#ports.isFresh = false;
    this.#fanOut.running = 0;
    this.#places.isFresh = false;
  }

  hoursWithoutPort({ port, time }: Contact): number {
    return port === null ? 0 : this.#ports.hoursWithout(port, time);
  }

  isFarFlung(isOneMore: boolean): boolean {
    return this.#fanOut.isFarFlung(isOneMore);
  }
}
