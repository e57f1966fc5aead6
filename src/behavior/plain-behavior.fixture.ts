import { DAY_MS, type EpochMs, HOUR_MS } from '../model/index.ts';
import type { Contact } from './contact.ts';
import { PlainBaseline } from './plain-baseline.fixture.ts';
import type { SiteClock } from './site-clock.ts';

/** What a detector tells, in short. */
export type Told = readonly [type: string, count: number];

class PlainWindow {
  latest = new Map<string, EpochMs>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(key: string, time: EpochMs): void {
    while (Math.abs(time - (this.#oldest?.[1] ?? time)) >= HOUR_MS) this.#dropOldest();
    this.latest.delete(key);
    if (this.latest.size >= this.#capacity) this.#dropOldest();
    this.latest.set(key, time);
  }

  get #oldest(): [string, EpochMs] | undefined {
    return [...this.latest][0];
  }

  #dropOldest(): void {
    this.latest.delete(this.#oldest?.[0] ?? '');
  }
}

/** A behaviour as plain objects: what the columns must agree with. */
export class PlainBehavior {
  readonly baseline: PlainBaseline;
  #lastHeard: EpochMs | null = null;
  #longestGap = 0;
  readonly #reached = new PlainWindow(256);
  #toldHosts = 0;
  readonly #failed = new PlainWindow(512);
  #toldScan: { count: number; at: EpochMs } = { count: 0, at: Number.NEGATIVE_INFINITY };

  constructor(clock: SiteClock) {
    this.baseline = new PlainBaseline(clock);
  }

  observe(contact: Contact, enrolledAt: EpochMs | null): { told: Told[]; deviationMoved: boolean } {
    const maturity = this.baseline.maturity(enrolledAt, contact.time);
    const knownSince = this.baseline.destinations.get(contact.peer)?.firstSeen ?? null;
    const heldSince = this.baseline.held.get(contact.peer) ?? null;
    const deviationMoved = this.baseline.observe(contact);
    const told = [...this.#movement(contact, heldSince, maturity), ...this.#scan(contact, knownSince)];
    return { told, deviationMoved };
  }

  hear(time: EpochMs, steadySince: EpochMs): void {
    const [last, missedAt] = [this.#lastHeard, this.offlineDeadline(steadySince)];
    if (last !== null && time > last) {
      const wasMissed = missedAt !== null && time > missedAt;
      const gap = wasMissed ? 0 : Math.max(0, time - Math.max(last, steadySince));
      const fades = Math.max(0, 1 - (time - last) / (20 * DAY_MS));
      this.#longestGap = Math.fround(Math.max(gap, this.#longestGap * fades));
    }
    if (last === null || time > last || last - time > HOUR_MS) this.#lastHeard = time;
  }

  offlineDeadline(steadySince: EpochMs): EpochMs | null {
    if (this.#lastHeard === null || this.baseline.occupancy < 0.9 || this.baseline.daysWithData < 7)
      return null;
    return Math.max(this.#lastHeard, steadySince) + Math.max(3 * HOUR_MS, 3 * this.#longestGap);
  }

  #movement(contact: Contact, heldSince: EpochMs | null, maturity: number): Told[] {
    const { direction, internal, port, time, display } = contact;
    const isAdministration = [22, 23, 135, 139, 445, 3389, 5900, 5985, 5986].includes(port ?? 0);
    if (direction !== 'outbound' || !internal || !isAdministration) return [];
    if (heldSince !== null && time - heldSince >= DAY_MS) return [];
    const before = this.#reached.latest.size;
    this.#reached.add(display, time);
    const count = this.#reached.latest.size;
    if (count < before || count <= 1) this.#toldHosts = 0;
    const isTold = count >= Math.round(16 - 8 * maturity) || this.#isMovementToFew(contact, count);
    if (!isTold || count <= this.#toldHosts) return [];
    this.#toldHosts = count;
    return [['lateral_movement_attempt', count]];
  }

  #isMovementToFew({ prevalence, fleet }: Contact, count: number): boolean {
    const hours = this.baseline.hoursWithoutPort;
    if (hours === 0 || count < 2) return false;
    const known = Math.max(1, prevalence, fleet / 1_000);
    const rarity = Math.max(-4, 3 - 1.5 * Math.log2(known / Math.max(1, fleet / 1_000)));
    const further = Math.min(7, 3.5 * (count - 1));
    const odds = -8.5 + Math.min(3, Math.log(1 + hours)) + further + (fleet < 4 ? 0.5 : rarity);
    return odds >= Math.log(0.65 / 0.35);
  }

  #scan(
    { direction, protocol, port, outcome, peer, time, internal }: Contact,
    knownSince: EpochMs | null,
  ): Told[] {
    const hasFailed = outcome === 'unanswered' || outcome === 'rejected' || outcome === 'blocked';
    if (direction !== 'outbound' || protocol !== 'tcp' || port === null || !hasFailed) return [];
    this.#failed.add(`${port} ${peer}`, time);
    const failed = [...this.#failed.latest];
    const atPort = failed.filter(([key]) => key.startsWith(`${port} `));
    const isSwept = internal && (knownSince === null || time - knownSince < DAY_MS);
    const latest = internal ? atPort.filter(([, at]) => at > time - 30_000).length : 0;
    const swept = latest < 10 || isSwept ? latest : 0;
    const ports = failed.filter(([key]) => key.endsWith(` ${peer}`)).length;
    const isLow = atPort.length >= 12 && atPort.length < 25 && internal && this.baseline.isFarFlung;
    const hosts = atPort.length / (isLow ? 12 : 25);
    const worst = Math.max(hosts, swept / 10, ports / 15);
    const count = worst === hosts ? atPort.length : worst === swept / 10 ? swept : ports;
    const isNews = count >= this.#toldScan.count * 2 || time - this.#toldScan.at >= HOUR_MS;
    if (worst < 1 || !isNews) return [];
    this.#toldScan = { count, at: time };
    return [['port_scan', count]];
  }
}
