import type { Adapter } from './set.ts';

/**
 * Suricata's EVE of short captures, one technique each. dns2tcp is one TLS flow to a resolver and no DNS, so that it
 * is no tunnel that a DNS rule can find: left out.
 */
export const eve: Adapter = {
  leftOut: ['dns2tcp_tunnel.pcap.eve.json.gz', 'smb2-07_20171220_smb_psexec_add_user.pcap.eve.json.gz'],
  attacks: [
    {
      name: 'scripted-curl',
      family: 'scripted-curl',
      technique: 'T1071.001',
      logs: ['test-cc-capture-1.pcap.eve.json.gz'],
      kinds: ['volume', 'beacon'],
      actor: '147.32.80.37',
      malicious: { by: 'peer', peers: ['141.193.213.21', '141.193.213.20'] },
      control: ['141.193.213.21'],
      inside: ['147.32.80.0/22'],
    },
    {
      name: 'iot-peers',
      family: 'iot-peers',
      technique: 'T1095',
      logs: ['test7-malicious.pcap.eve.json.gz'],
      kinds: ['volume'],
      actor: '192.168.2.16',
      malicious: { by: 'all' },
      control: [],
      inside: ['192.168.0.0/16'],
    },
    {
      name: 'syn-scan',
      family: 'nmap',
      technique: 'T1046',
      logs: ['synscan.pcap.eve.json.gz'],
      kinds: ['volume', 'scan'],
      actor: '172.16.0.8',
      malicious: { by: 'all' },
      control: [],
      inside: ['172.16.0.0/12'],
    },
    {
      name: 'dnscat2',
      family: 'dnscat2',
      technique: 'T1071.004',
      logs: ['bad-dns-traffic.pcap.eve.json.gz'],
      kinds: ['tunnel'],
      actor: '192.168.43.91',
      malicious: { by: 'peer', peers: ['skullseclabs.org'] },
      control: ['skullseclabs.org'],
      inside: ['192.168.0.0/16'],
    },
    {
      name: 'ssh-guessing',
      family: 'ssh-guessing',
      technique: 'T1110.001',
      logs: ['sshguess.pcap.eve.json.gz'],
      kinds: ['volume'],
      actor: '192.168.56.1',
      malicious: { by: 'all' },
      control: [],
      inside: ['192.168.0.0/16'],
    },
    {
      name: 'zerologon',
      family: 'zerologon',
      technique: 'T1210',
      logs: ['dcerpc_zerologon_input.pcap.eve.json.gz'],
      kinds: ['volume'],
      actor: '172.16.0.10',
      malicious: { by: 'peer', peers: ['172.16.5.58'] },
      control: [],
      inside: ['172.16.0.0/12'],
    },
  ],
};
