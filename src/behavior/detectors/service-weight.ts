/** So many others may share a domain, and it can still be an attacker's who took more than one machine. */
const MAY_BE_TAKEN = 2;

/**
 * By how much evidence about a domain weighs less because others of the fleet ask in it too, from 1: what many machines
 * do by themselves is a service (reputation look-ups, telemetry, an advertiser that is gone). 12 entities in all: 5.5.
 */
export function serviceWeight(askers: number): number {
  return 1 + Math.max(0, askers - 1 - MAY_BE_TAKEN) / 2;
}
