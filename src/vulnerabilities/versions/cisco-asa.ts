import { compareLists, compareNumerals, orderBy, type VersionOrder } from './order.ts';

const PATTERN = /^v?\d+(?:\.\d+)+(?:\(\d+(?:\.\d+)*\)(?:\.?\d+(?:\.\d+)*)?)?$/;

/**
 * Releases of Cisco's ASA: major, minor, maintenance and interim release (Cisco Secure Firewall ASA Compatibility; Release Notes, "Interim releases").
 * Devices show `9.16(4)14`, Cisco's advisories and CPEs have `9.16.4.14`. `9.16` alone stands for all of it.
 */
export const ciscoAsaOrder: VersionOrder = orderBy(
  'cisco_asa',
  (version) =>
    PATTERN.test(version)
      ? version
          .replace(/^v/, '')
          .split(/[.()]+/)
          .filter(isTold)
      : null,
  (a, b) => compareLists(a, b, (left = '0', right = '0') => compareNumerals(left, right)),
  { open: { leaves: (stated) => stated.length === 2, without: (version) => version.slice(0, 2) } },
);

function isTold(number: string): boolean {
  return number !== '';
}
