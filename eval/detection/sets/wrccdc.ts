import type { Adapter } from './set.ts';

/**
 * brimdata/zed-sample-data: 21 busy minutes of a competition, attackers present. Its DNS is a background for tunnels,
 * nothing else; nothing in it is said to be quiet.
 */
export const wrccdc: Adapter = {
  benign: [
    {
      name: 'wrccdc-dns',
      logs: ['dns.log.gz'],
      networks: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
      hosts: null,
      uses: ['tunnels'],
    },
  ],
};
