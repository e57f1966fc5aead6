import { DAY_MS, type EpochMs, HOUR_MS, startOfDayUtc } from '../model/index.ts';
import type { Contact } from './contact.ts';
import { Destinations, type KnownDestination } from './destinations.ts';
import { HourlyRate } from './rate.ts';
import { combine, deviationScore } from './surprise.ts';

/** Contract §1: established at 00:00 UTC after 14 calendar days, the first day counting. */
const DAYS_TO_ESTABLISH = 14;
/** … with data on at least so many of them. */
const DAYS_WITH_DATA = 7;
/** What was learnt fades to half in two weeks: a legitimate change is learnt in days. */
const HALF_LIFE_HOURS = 14 * 24;
/** Below so many hours of a kind there is nothing to deviate from. */
const HOURS_TO_JUDGE = 24;
/** An hour's count enters the baseline at most at this multiple of its mean: a flood does not teach. */
const WINSOR = 4;
/** A running hour further ahead than this was begun by a broken clock. */
const MAX_BEHIND_MS = HOUR_MS;
/** An idle entity's empty hours are learnt at most so far back at once (two weeks). */
const MAX_EMPTY_HOURS = 14 * 24;

/** Working hours and the rest differ more than one hour from the next: each has its own rates. */
type HourClass = 'work' | 'rest';

interface Rates {
  /** Connections that it opened, and those of others that it answered. */
  readonly opened: HourlyRate;
  readonly answered: HourlyRate;
  /** log₂ of the bytes sent, rounded: sizes are judged by their order of magnitude. */
  readonly volume: HourlyRate;
  readonly newDestinations: HourlyRate;
}

interface HourCounts {
  readonly opened: number;
  readonly answered: number;
  readonly bytesSent: number;
  readonly newDestinations: number;
}

const SILENT_HOUR: HourCounts = { opened: 0, answered: 0, bytesSent: 0, newDestinations: 0 };

/** A machine that answers so often in an ordinary hour is there for others. */
const SERVES_PER_HOUR = 1;

/** One hour in numbers that a person can check. */
export interface Departure {
  readonly connections: number;
  readonly usualConnections: number;
  readonly newDestinations: number;
}

/** When an hour that begins at `time` belongs to the site's working hours. */
export type WorkCalendar = (time: EpochMs) => boolean;

/**
 * What is normal for one entity, learnt in event time, one hour at a time. The running hour is
 * judged against the hours before it; when it ends, it is learnt.
 */
export class Baseline {
  readonly destinations = new Destinations();
  readonly #rates: Record<HourClass, Rates> = { work: newRates(), rest: newRates() };
  #hour: EpochMs | null = null;
  #opened = 0;
  #answered = 0;
  #bytesSent = 0;
  #lastHourTail = 1;
  #lastHour: Departure = { connections: 0, usualConnections: 0, newDestinations: 0 };
  #runningTail = 1;
  #nextJudgement = 0;
  #firstDay: EpochMs | null = null;
  #lastDay: EpochMs | null = null;
  #daysWithData = 0;
  #enoughDataAt: EpochMs | null = null;
  #occupiedHours = 0;
  #observedHours = 0;
  /** The hours since then, before the running one, were empty; learnt once a second sign confirms the running one. */
  #emptySince: EpochMs | null = null;
  readonly #isWorkHour: WorkCalendar;

  constructor(isWorkHour: WorkCalendar) {
    this.#isWorkHour = isWorkHour;
  }

  /** Takes a contact into the running hour; true when the deviation may have changed. */
  observe(contact: Contact): boolean {
    const changed = this.advance(contact.time);
    this.#noteDay(contact.time);
    if (contact.direction === 'outbound')
      this.destinations.observe(contact.peer, contact.display, contact.time);
    if (contact.direction === 'outbound') this.#opened++;
    else this.#answered++;
    this.#bytesSent += contact.bytesSent ?? 0;
    const seen = this.#opened + this.#answered + this.destinations.newThisHour;
    if (seen < this.#nextJudgement) return changed;
    this.#nextJudgement = Math.ceil(seen * 1.1) + 1;
    const before = this.deviation;
    this.#runningTail = this.#judge();
    return changed || this.deviation !== before;
  }

  /** Closes every hour that ended by `time`; true when one did. */
  advance(time: EpochMs): boolean {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    if (this.#hour === null) {
      this.#hour = hour;
      return false;
    }
    if (this.#hour - hour > MAX_BEHIND_MS) this.#returnTo(hour);
    else if (hour >= this.#hour) this.#learnEmptyHours();
    if (hour <= this.#hour) return false;
    this.#closeHour();
    this.#emptySince = Math.max(this.#hour + HOUR_MS, hour - MAX_EMPTY_HOURS * HOUR_MS);
    this.#restartAt(hour);
    return true;
  }

  /** 0…1 (contract §3): the more unusual of the last whole hour and the running one, counted twice. */
  get deviation(): number {
    return deviationScore(Math.min(1, 2 * Math.min(this.#lastHourTail, this.#runningTail)));
  }

  /** Weighted over working and other hours, as they occur. */
  get connectionsPerHour(): number {
    const { work, rest } = this.#rates;
    const hours = work.opened.weight + rest.opened.weight;
    if (hours === 0) return this.#opened + this.#answered;
    return (usual(work) * work.opened.weight + usual(rest) * rest.opened.weight) / hours;
  }

  /** The hour that `deviation` speaks of, beside what is usual in such an hour. */
  get departure(): Departure {
    return this.#runningTail <= this.#lastHourTail ? this.#describe() : this.#lastHour;
  }

  /** Share of observed hours in which it said anything. */
  get occupancy(): number {
    return this.#observedHours === 0 ? 0 : this.#occupiedHours / this.#observedHours;
  }

  get daysWithData(): number {
    return this.#daysWithData;
  }

  knownDestinations(): readonly KnownDestination[] {
    return this.destinations.known();
  }

  /** The day from which the 14 days count: the earlier of enrolment and first event. */
  begin(enrolledAt: EpochMs | null): EpochMs | null {
    if (enrolledAt === null) return this.#firstDay;
    return Math.min(startOfDayUtc(enrolledAt), this.#firstDay ?? Number.POSITIVE_INFINITY);
  }

  establishedAt(enrolledAt: EpochMs | null, now: EpochMs): EpochMs | null {
    const begin = this.begin(enrolledAt);
    if (begin === null || this.#enoughDataAt === null) return null;
    const at = Math.max(begin + DAYS_TO_ESTABLISH * DAY_MS, this.#enoughDataAt);
    return at <= now ? at : null;
  }

  /** 0…1: the lesser of calendar days and days with data towards what establishing asks. */
  maturity(enrolledAt: EpochMs | null, now: EpochMs): number {
    const begin = this.begin(enrolledAt);
    if (begin === null) return 0;
    const calendar = (now - begin) / (DAYS_TO_ESTABLISH * DAY_MS);
    return Math.max(0, Math.min(1, calendar, this.#daysWithData / DAYS_WITH_DATA));
  }

  snapshot(): unknown {
    return [
      this.destinations.snapshot(),
      [this.#rates.work, this.#rates.rest].map(({ opened, answered, volume, newDestinations }) =>
        [opened, answered, volume, newDestinations].map((rate) => rate.snapshot()),
      ),
      [
        this.#hour,
        this.#opened,
        this.#answered,
        this.#bytesSent,
        this.#lastHourTail,
        this.#lastHour,
        this.#runningTail,
        this.#nextJudgement,
        this.#emptySince,
      ],
      [this.#firstDay, this.#lastDay, this.#daysWithData, this.#enoughDataAt],
      [this.#occupiedHours, this.#observedHours],
    ];
  }

  #closeHour(): void {
    if (this.#hour === null) return;
    this.#lastHourTail = this.#judge();
    this.#lastHour = this.#describe();
    this.#learn(this.#hour, {
      opened: this.#opened,
      answered: this.#answered,
      bytesSent: this.#bytesSent,
      newDestinations: this.destinations.newThisHour,
    });
  }

  #learnEmptyHours(): void {
    if (this.#emptySince === null || this.#hour === null) return;
    for (let hour = this.#emptySince; hour < this.#hour; hour += HOUR_MS) {
      this.#learn(hour, SILENT_HOUR);
      this.#lastHourTail = 1;
    }
    this.#emptySince = null;
  }

  #learn(hour: EpochMs, { opened, answered, bytesSent, newDestinations }: HourCounts): void {
    const rates = this.#ratesOf(hour);
    rates.opened.learn(winsorised(opened, rates.opened));
    rates.answered.learn(winsorised(answered, rates.answered));
    rates.volume.learn(magnitude(bytesSent));
    rates.newDestinations.learn(winsorised(newDestinations, rates.newDestinations));
    this.#observedHours++;
    if (opened + answered > 0) this.#occupiedHours++;
  }

  /** The running hour was begun by a broken clock: nothing was empty before it. */
  #returnTo(hour: EpochMs): void {
    this.#emptySince = null;
    this.#restartAt(hour);
  }

  #restartAt(hour: EpochMs): void {
    this.#hour = hour;
    this.#opened = 0;
    this.#answered = 0;
    this.#bytesSent = 0;
    this.#runningTail = 1;
    this.#nextJudgement = 0;
    this.destinations.closeHour();
  }

  /**
   * The probability of an hour at least as busy as the running one. What others do to a machine that
   * serves nobody is theirs: being reached for counts only where it is usual.
   */
  #judge(): number {
    const rates = this.#ratesOf(this.#hour ?? 0);
    if (rates.opened.weight < HOURS_TO_JUDGE) return 1;
    const serves = rates.answered.mean >= SERVES_PER_HOUR;
    if (this.#opened === 0 && !(serves && this.#answered > 0)) return 1;
    return combine([
      rates.opened.upperTail(this.#opened),
      rates.volume.upperTail(magnitude(this.#bytesSent)),
      rates.newDestinations.upperTail(this.destinations.newThisHour),
      ...(serves ? [rates.answered.upperTail(this.#answered)] : []),
    ]);
  }

  #describe(): Departure {
    const rates = this.#ratesOf(this.#hour ?? 0);
    return {
      connections: this.#opened + this.#answered,
      usualConnections: usual(rates),
      newDestinations: this.destinations.newThisHour,
    };
  }

  #ratesOf(hour: EpochMs): Rates {
    return this.#rates[this.#isWorkHour(hour) ? 'work' : 'rest'];
  }

  #noteDay(time: EpochMs): void {
    const day = startOfDayUtc(time);
    if (this.#firstDay === null) this.#firstDay = day;
    if (this.#lastDay !== null && day <= this.#lastDay) return;
    this.#lastDay = day;
    this.#daysWithData++;
    if (this.#daysWithData === DAYS_WITH_DATA) this.#enoughDataAt = day + DAY_MS;
  }
}

function newRates(): Rates {
  return {
    opened: new HourlyRate(HALF_LIFE_HOURS),
    answered: new HourlyRate(HALF_LIFE_HOURS),
    volume: new HourlyRate(HALF_LIFE_HOURS),
    newDestinations: new HourlyRate(HALF_LIFE_HOURS),
  };
}

/** Connections of an ordinary hour, both ways. */
function usual({ opened, answered }: Rates): number {
  return opened.mean + answered.mean;
}

function winsorised(count: number, rate: HourlyRate): number {
  return rate.weight < HOURS_TO_JUDGE ? count : Math.min(count, WINSOR * (rate.mean + 1));
}

/** Whole powers of two: 0 for nothing, 11 for a kilobyte, 21 for a megabyte. */
function magnitude(bytes: number): number {
  return bytes <= 0 ? 0 : Math.floor(Math.log2(bytes)) + 1;
}
