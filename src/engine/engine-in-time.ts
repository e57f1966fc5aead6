import type { EpochMs } from '../model/index.ts';
import { EngineState } from './engine-state.ts';
import { isSilence } from './fleet-history.ts';
import { checkpoint } from './fleet-sums.ts';
import type { SensorState } from './sensors.ts';
import { strangersToForget } from './strangers.ts';

/** What time alone changes, once an event or the clock has moved it. */
export abstract class EngineInTime extends EngineState {
  /** An event moves time; whether it came too late to. */
  protected passTo(time: EpochMs, { key }: SensorState): boolean {
    const isLate = this.time.isLate(time);
    const before = this.time.now;
    if (isLate) this.late++;
    else this.time.observe(time, key);
    this.passTime(before);
    this.newestEvent = Math.max(this.newestEvent ?? time, time);
    return isLate;
  }

  /** Time alone: deadlines fire, and the fleet is remembered at every full hour, and as it stood before a silence. */
  protected passTime(before: EpochMs | null): void {
    const { now } = this.time;
    if (now === null) return;
    if (before !== null && isSilence(before, now))
      this.history.recordEnd(checkpoint(this.partitions, before));
    this.words.expire(now, this.partitions);
    this.compliance.expire(now);
    this.peers.passTo(now);
    this.lookAgainBehind(this.sensors.turned(now), now);
    for (const partition of this.partitions) partition.passTime(now);
    if (this.changes.areAnomaliesWaiting) {
      this.changes.passingTime(true);
      this.tellAnomalies();
      this.changes.passingTime(false);
    }
    if (!this.history.isDue(now)) return;
    this.#forgetStrangers(now);
    this.history.record(checkpoint(this.partitions, now));
  }

  /** How sure postures are follows from whether the sensors that cover them are heard. */
  protected lookAgainBehind(sensors: readonly string[], now: EpochMs): void {
    if (sensors.length === 0) return;
    for (const partition of this.partitions) partition.lookAgainBehind(sensors, now);
  }

  /** Of strangers nothing is kept for good. Their ids are made of what they are known by, and theirs again if they come back. */
  #forgetStrangers(now: EpochMs): void {
    const gone = strangersToForget(this, now);
    if (gone.size === 0) return;
    this.changes.passingTime(true);
    for (const id of gone) this.partitionOf(id).anomalies.endAll(id, now);
    this.tellAnomalies();
    for (const id of gone) {
      this.partitionOf(id).erase(id);
      for (const each of this.directory.membersOf(id)) this.certificates.forget(each);
    }
    this.incidents.forget(gone);
    this.directory.forgetStrangers(gone);
    this.peers.tellings.forget(gone);
    this.changes.passingTime(false);
  }
}
