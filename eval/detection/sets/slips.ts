import type { Adapter } from './set.ts';

/**
 * StratosphereLinuxIPS dataset/: labelled by the names of files and folders. What is left out holds an attack somewhere, and
 * nothing says where; `eval:anomalies` shows it.
 */
export const slips: Adapter = {
  leftOut: [
    'port-scans/horizontal',
    'test6-malicious.suricata.json.gz',
    'test10-mixed-zeek-dir',
    'test14-malicious-zeek-dir',
    'test15-malicious-zeek-dir',
  ],
  attacks: [
    {
      name: 'vertical-scan',
      family: 'nmap',
      technique: 'T1046',
      logs: ['port-scans/vertical'],
      kinds: ['volume', 'scan'],
      actor: '192.168.1.9',
      malicious: { by: 'peer', peers: ['45.33.32.156'] },
      control: [],
      inside: ['192.168.0.0/16'],
    },
  ],
};
