import {
  COHORTS,
  type DeviceFeatures,
  featuresOf,
  type FeatureBlock,
  SLOTS,
  slotOf,
} from '../../model/index.ts';

/** Sums what the devices of a site are like. Each is clipped to the bounds first, so that one cannot outweigh all. */
export class BlockBuilder {
  readonly block: FeatureBlock = new Float64Array(SLOTS);

  /** @throws RangeError for a cohort that is none, or what is no number */
  add(device: DeviceFeatures): void {
    const { cohort } = device;
    if (!Number.isInteger(cohort) || cohort < 0 || cohort >= COHORTS)
      throw new RangeError(`a cohort is a whole number from 0 to ${COHORTS - 1}, got ${cohort}`);
    for (const [feature, value] of featuresOf(device).entries()) {
      const slot = slotOf(cohort, feature);
      this.block[slot] = (this.block[slot] ?? 0) + value;
    }
  }
}
