import type { Adapter } from './set.ts';

/** stratosphereips/security-datasets-for-testing: one Windows machine each with a public address; labels per flow. */
export const stratosphere: Adapter = {
  benign: [
    {
      name: 'stratosphere-008',
      logs: ['008-zeek-mixed/data'],
      networks: ['147.32.80.0/22'],
      hosts: ['147.32.81.167'],
      uses: ['hours', 'beacons', 'tunnels', 'quiet', 'scans'],
    },
    {
      name: 'stratosphere-010',
      logs: ['010-zeek-mixed/data'],
      networks: ['147.32.80.0/22'],
      hosts: ['147.32.83.234'],
      uses: ['hours', 'beacons', 'tunnels', 'quiet', 'scans'],
    },
  ],
  // Sign-ins at honeypots, with no connections to live by.
  leftOut: ['004-zeek-scenario-ssh', '006-zeek-scenario-ssh', '007-zeek-scenario-ssh-infected'],
  attacks: [
    {
      name: 'njrat',
      family: 'njrat',
      technique: 'T1571',
      logs: ['001-zeek-scenario-malicious/labeled-conn.log.gz'],
      kinds: ['volume', 'beacon'],
      actor: '192.168.1.115',
      malicious: { by: 'label', label: 'Malicious' },
      control: ['41.108.179.197'],
      inside: ['192.168.0.0/16'],
    },
    {
      name: 'android-tester',
      family: 'android-tester',
      technique: 'T1571',
      logs: ['003-zeek-scenario-malicious'],
      kinds: ['volume', 'beacon'],
      actor: '10.8.0.61',
      malicious: { by: 'peer', peers: ['147.32.83.234'] },
      control: ['147.32.83.234'],
      inside: ['10.0.0.0/8'],
    },
  ],
};
