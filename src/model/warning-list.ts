import type { EpochMs } from './time.ts';

/**
 * What a feed's word is worth of what stands on a warning list:
 * - `exclude`: nothing; it is on feeds by mistake (public DNS servers, reserved ranges, files of every system).
 * - `sinkhole`: whoever goes there is infected, but nobody is attacked from there any more.
 * - `caution`: many share it (clouds, VPN ranges, popular sites), so that one feed alone does not make it malicious.
 */
export type WarningEffect = 'exclude' | 'sinkhole' | 'caution';

export const WARNING_MATCHINGS = ['cidr', 'string', 'hostname', 'substring', 'regex'] as const;
/** `hostname`: the name and all below it; `string`: exactly this. */
export type WarningMatching = (typeof WARNING_MATCHINGS)[number];

/** Well-known things that feeds list by mistake. It hides nothing: it is named beside the verdict, and caps it. */
export interface WarningList {
  readonly id: string;
  readonly name: string;
  readonly effect: WarningEffect;
  readonly matching: WarningMatching;
  /** Canonical: blocks and addresses, names in A-labels, hashes in lower-case hex. */
  readonly entries: readonly string[];
  /** From its version, where that is a date. */
  readonly asOf: EpochMs | null;
}
