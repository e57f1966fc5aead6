import type { Adapter } from './set.ts';

/** activecm/rita test data: no labels; taken as benign. Of the lab only the HTTP log is there. */
export const rita: Adapter = {
  benign: [
    {
      name: 'droplet72h',
      logs: ['droplet72h'],
      networks: ['64.225.56.201/32', '10.0.0.0/8'],
      hosts: ['64.225.56.201'],
      uses: ['hours', 'beacons', 'tunnels', 'quiet'],
    },
    {
      name: 'lab24h',
      logs: ['lab24h'],
      networks: ['10.55.0.0/16'],
      hosts: null,
      uses: ['hours', 'beacons', 'quiet'],
    },
    {
      name: 'proxy',
      logs: ['proxy_rolling'],
      networks: ['10.0.0.0/24', '2601:19e:8200:91e0::/64', 'fe80::/10'],
      hosts: null,
      uses: ['beacons', 'tunnels', 'quiet'],
    },
  ],
};
