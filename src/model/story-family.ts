import type { AnomalyType } from './vocabulary.ts';

/** Kinds of evidence that do not follow from each other: two of different families are two witnesses. */
export type AnomalyFamily = 'reach' | 'channel' | 'volume' | 'identity' | 'service' | 'policy' | 'absence';

export const ANOMALY_FAMILY = {
  lateral_movement_attempt: 'reach',
  port_scan: 'reach',
  beaconing: 'channel',
  c2_communication: 'channel',
  dns_tunnel: 'channel',
  dga_domains: 'channel',
  data_exfiltration: 'volume',
  volume_anomaly: 'volume',
  brute_force: 'identity',
  credential_misuse: 'identity',
  new_service: 'service',
  policy_evasion: 'policy',
  unexpected_offline: 'absence',
} as const satisfies Record<AnomalyType, AnomalyFamily>;
