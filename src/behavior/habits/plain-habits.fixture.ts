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

/** Habits as plain objects: what the columns must agree with. Nobody has a kind here. */
export class PlainHabits {
  readonly hours = new PlainHoursOfDay();
  readonly #sessions = new PlainSessions();
  readonly #ports = new PlainPorts();

  note({ durationMs, outcome, port, protocol, time }: Contact): void {
    if (outcome === 'established') this.#sessions.longest = Math.max(this.#sessions.longest, durationMs ?? 0);
    if (port !== null && (protocol === 'tcp' || protocol === 'udp')) this.#ports.use(port, time);
  }

  beside(counts: number, ofDay: number, opened: number): number {
    const known = this.#ways(ofDay, opened).filter((tail) => tail !== null);
    const sum = known.reduce((all, tail) => all + 1 / tail, 0);
    return known.length === 0 ? counts : Math.min(counts, 2 * (known.length / sum));
  }

  oddities(ofDay: number, opened: number) {
    const [isAwakeOddly, hasLongSession, hasFreshPort] = this.#ways(ofDay, opened).map(
      (tail) => tail !== null && tail < 0.05,
    );
    return { isAwakeOddly, hasLongSession, hasFreshPort } as Oddities;
  }

  #ways(ofDay: number, opened: number): readonly (number | null)[] {
    const { hours } = this;
    const isAwake = hours.isAsleep(ofDay) && opened > 0;
    const waking = hours.areKnown ? (isAwake ? hours.waking.probability : 1) : null;
    return [
      waking,
      this.#sessions.areKnown ? this.#sessions.tail : null,
      this.#ports.areKnown ? this.#ports.tail : null,
    ];
  }

  learn(hour: EpochMs, opened: number, observed: number, share: number): void {
    this.learnHourOfDay(hour, opened, observed, share);
    this.#sessions.learn(share);
    if (opened > 0) this.#ports.learn(share === 1);
  }

  learnHourOfDay(hour: EpochMs, opened: number, observed: number, share = 1): void {
    this.hours.learn(Math.floor(hour / HOUR_MS) % 24, opened, observed, share);
  }

  startAnew(): void {
    this.#sessions.longest = 0;
    this.#ports.isFresh = false;
  }
}
