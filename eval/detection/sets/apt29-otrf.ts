import type { Adapter } from './set.ts';

/** OTRF Security-Datasets, APT29 emulation (ATT&CK evaluations, round 2), first day: the control server is known. */
export const apt29: Adapter = {
  attacks: [
    {
      name: 'apt29-day1-control',
      family: 'apt29',
      technique: 'T1071.001',
      logs: ['day1'],
      kinds: ['volume', 'beacon'],
      actor: '10.0.1.6',
      malicious: { by: 'peer', peers: ['192.168.0.4', '192.168.0.5'] },
      control: ['192.168.0.4'],
      inside: ['10.0.0.0/8'],
    },
    {
      name: 'apt29-day1-lateral',
      family: 'apt29',
      technique: 'T1021.006',
      logs: ['day1'],
      kinds: ['volume'],
      actor: '10.0.1.4',
      malicious: { by: 'peer', peers: ['10.0.1.6', '192.168.0.4', '192.168.0.5'] },
      control: ['192.168.0.4', '192.168.0.5'],
      inside: ['10.0.0.0/8'],
    },
  ],
};
