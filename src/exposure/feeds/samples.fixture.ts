const sha256 = 'ab'.repeat(32);

/** A small list of each format, as its makers write it. */
export const SAMPLES: readonly string[] = [
  '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n198.51.100.7\tIntel::ADDR\tacme\tC2\nevil.example.com\tIntel::DOMAIN\tacme\t-\nbad.example.net/x\tIntel::URL\tacme\t-\n',
  '{"cidr":"203.0.113.0/24","sblid":"SBL1","rir":"arin"}\n{"type":"metadata","timestamp":1779235200,"size":1,"records":1}\n',
  '; Spamhaus DROP List 2026/05/20\n203.0.113.0/24 ; SBL1\n2001:db8::/32 ; SBL2\n',
  '# acme_level1\n# ipv4 hash:net ipset\n# Maintainer      : Acme\n# Source File Date: Fri Apr 17 11:00:00 UTC 2026\n# Category        : malware\n# Entries         : 1 subnets\n203.0.113.0/24\n',
  '# IPsum\n198.51.100.1\t8\n198.51.100.2\t1\n',
  '198.51.100.1,1,127\n203.0.113.0/24,2,64\n',
  `ZXZpbC5leGFtcGxlLmNvbQ==\n${sha256},300\n`,
  '# Copyright (c) Maltrail developers\n# Aliases: coyote, acme spider\n198.51.100.1:8080\nevil.example.com\nbad.example.net/gate.php\n/gate.php\n203.0.113.7 # scanner-1\n',
  '127.0.0.1 localhost\n0.0.0.0 evil.example.com bad.example.com # c\n:: evil.example.net\n',
  '[Adblock Plus 2.0]\n! Last modified: 20 May 2026 10:00 UTC\n||evil.example.com^\n||bad.example.net^$third-party\n@@||good.example.com^\nexample.org##.banner\n',
  '$ORIGIN rpz.example.\n@ IN SOA localhost. root.localhost. (\n 1 60 60 60 60 )\nevil.example.com CNAME .\n*.bad.example.net.rpz.example. IN CNAME *.\n24.0.113.0.203.rpz-ip CNAME .\n48.zz.1.db8.2001.rpz-ip CNAME .\n',
  'description;value;confidence;first_seen;expires;actor\n"a; ""b""";hxxp://evil[.]example[.]com/x;90;2026-05-01;2026-06-01;Acme Spider\nC2;198[.]51[.]100[.]7;;;;\n',
  '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"1","2026-05-19 10:00:00","http://203.0.113.9:8080/mozi.m","online","2026-05-20 09:00:00","malware_download","elf","https://x.example/","x"\n',
  `# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","malware_printable","last_seen_utc","confidence_level"\n"2026-05-19 10:00:00", "1", "198.51.100.1:443", "ip:port", "botnet_cc", "X", "", "100"\n# Number of entries: 1\n`,
  `198.51.100.7\n203.0.113.0/24 ; c\n*.evil.example.com # c\n2001:db8::1\nhxxps://bad[.]example[.]net:8443/y?z#q\n${sha256}  file.exe\n[2001:db8::7]:443\nmünchen.example\n`,
  JSON.stringify({
    type: 'bundle',
    objects: [
      {
        type: 'indicator',
        id: 'indicator--1',
        modified: '2026-05-02T00:00:00Z',
        pattern: `[ipv4-addr:value = '198.51.100.7' OR file:hashes.'SHA-256' = '${sha256}']`,
        pattern_type: 'stix',
        valid_from: '2026-05-01T00:00:00Z',
        valid_until: '2026-06-01T00:00:00Z',
        confidence: 85,
        labels: ['c2'],
      },
      {
        type: 'relationship',
        id: 'relationship--1',
        relationship_type: 'indicates',
        source_ref: 'indicator--1',
        target_ref: 'intrusion-set--1',
      },
      { type: 'intrusion-set', id: 'intrusion-set--1', name: 'Acme Spider' },
    ],
  }),
  JSON.stringify({
    response: [
      {
        Event: {
          info: 'Acme',
          timestamp: '1778976000',
          Tag: [{ name: 'misp-galaxy:threat-actor="Acme Spider"' }],
          Attribute: [
            {
              type: 'ip-dst|port',
              value: '198.51.100.7|443',
              to_ids: true,
              first_seen: '2026-05-01T00:00:00Z',
            },
            { type: 'filename|sha256', value: `a|b.exe|${sha256}`, to_ids: true },
          ],
          Object: [{ name: 'file', Attribute: [{ type: 'md5', value: 'ef'.repeat(16), to_ids: true }] }],
        },
      },
    ],
  }),
  JSON.stringify({
    name: 'List of acme things',
    type: 'cidr',
    version: 20260501,
    list: ['203.0.113.0/24', '198.51.100.7'],
  }),
  JSON.stringify({ name: 'List of acme names', type: 'regex', version: 1, list: ['^cdn\\d+\\.', '(a+)+$'] }),
  JSON.stringify({
    1: [
      {
        ioc_value: '198.51.100.1:443',
        ioc_type: 'ip:port',
        threat_type: 'botnet_cc',
        malware_printable: 'X',
        first_seen_utc: '2026-05-19 10:00:00',
        last_seen_utc: null,
        confidence_level: 100,
        tags: 'a,b',
      },
    ],
  }),
  JSON.stringify([
    {
      ip_address: '198.51.100.1',
      port: 443,
      status: 'online',
      first_seen: '2026-05-01 10:00:00',
      last_online: '2026-05-20',
      malware: 'Dridex',
    },
  ]),
];
