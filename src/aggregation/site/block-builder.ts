import {
  COHORTS,
  type DeviceFeatures,
  FEATURE,
  type Feature,
  FEATURES,
  type FeatureBlock,
  SLOTS,
  slotOf,
} from '../../model/index.ts';
import { stepsOf } from './steps.ts';

/** Sums what the devices of a site are like. Each is clipped to the bounds first, so that one cannot outweigh all. */
export class BlockBuilder {
  readonly block: FeatureBlock = new Float64Array(SLOTS);

  /** @throws RangeError for a cohort that is none, or what is no number */
  add(device: DeviceFeatures): void {
    const { cohort, dimensions } = device;
    if (!Number.isInteger(cohort) || cohort < 0 || cohort >= COHORTS)
      throw new RangeError(`a cohort is a whole number from 0 to ${COHORTS - 1}, got ${cohort}`);
    const score = clipped('score', device.score);
    const weight = clipped('weight', device.weight);
    const connections = stepsOf(quantity('connections', device.connections));
    const bytes = stepsOf(quantity('bytes', device.bytes));
    const destinations = stepsOf(quantity('destinations', device.destinations));
    const tenth = FEATURE.score_0_9 + Math.min(9, Math.floor(score / 10));

    const give = (feature: number, value: number) => {
      const slot = slotOf(cohort, feature);
      this.block[slot] = (this.block[slot] ?? 0) + value;
    };
    give(FEATURE.devices, 1);
    give(FEATURE.weight, weight);
    give(FEATURE.weighted_score, weight * score);
    give(FEATURE.score, score);
    give(FEATURE.score_squared, score ** 2);
    give(FEATURE.identity_score, clipped('identity_score', dimensions.identity));
    give(FEATURE.behavior_score, clipped('behavior_score', dimensions.behavior));
    give(FEATURE.policy_score, clipped('policy_score', dimensions.policy));
    give(FEATURE.threat_score, clipped('threat_score', dimensions.threat));
    give(FEATURE[`risk_${device.riskLevel}`], 1);
    give(FEATURE.connections_steps, connections);
    give(FEATURE.bytes_steps, bytes);
    give(FEATURE.destinations_steps, destinations);
    give(tenth, 1);
    give(FEATURE.connections_steps_squared, connections ** 2);
    give(FEATURE.bytes_steps_squared, bytes ** 2);
    give(FEATURE.destinations_steps_squared, destinations ** 2);
    give(FEATURE.open_anomalies, clipped('open_anomalies', device.openAnomalies));
  }
}

/** A whole number within the feature's bounds. */
function clipped(feature: Feature, value: number): number {
  return Math.min(FEATURES[FEATURE[feature]]?.most ?? 0, Math.round(quantity(feature, value)));
}

function quantity(what: string, value: number): number {
  if (Number.isNaN(value)) throw new RangeError(`${what} is not a number`);
  return Math.max(0, value);
}
