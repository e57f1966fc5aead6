import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../model/index.ts';
import { good, NOW, read, values } from './feed.fixture.ts';

const sha256 = 'ab'.repeat(32);
const sha1 = 'cd'.repeat(20);

describe('[FEED-FORMATS-1] a list is recognised by its own form', () => {
  test('Spamhaus DROP as text', () => {
    const text =
      '; Spamhaus DROP List 2026/05/20\n; Last-Modified: Wed, 20 May 2026 10:00:00 GMT\n203.0.113.0/24 ; SBL1\n2001:db8::/32 ; SBL2\n';
    const { feed } = good(read(text));
    expect(feed).toMatchObject({ format: 'spamhaus_drop', asOf: Date.UTC(2026, 4, 20, 10) });
    expect(values(read(text))).toEqual(['ip 203.0.113.0/24', 'ip 2001:db8::/32']);
  });

  const DROP =
    '{"cidr":"203.0.113.0/24","sblid":"SBL1","rir":"arin"}\n{"asn":64500,"rir":"ripe","domain":"x.example","cc":"XX"}\n';
  const ABOUT = '{"type":"metadata","timestamp":1779235200,"size":1,"records":2}\n';

  test('Spamhaus DROP as JSON; without its last line it was cut off', () => {
    const reading = good(read(DROP + ABOUT));
    expect(reading.feed).toMatchObject({ format: 'spamhaus_drop', asOf: Date.UTC(2026, 4, 20) });
    expect(values(reading)).toEqual(['ip 203.0.113.0/24']);
    expect(reading.skipped).toEqual({ asn: 1, about_the_list: 1 });
    expect(read(DROP)).toMatchObject({
      ok: false,
      format: 'spamhaus_drop',
      message: expect.stringContaining('cut off'),
    });
  });

  const FIREHOL =
    '#\n# acme_level1\n#\n# ipv4 hash:net ipset\n#\n# Maintainer      : Acme\n# Source File Date: Fri Apr 17 11:00:00 UTC 2026\n# Category        : malware\n# Entries         : 2 subnets, 257 unique IPs\n#\n';

  test('FireHOL says its own date, what it is about, and how much there is', () => {
    const { feed } = good(read(`${FIREHOL}203.0.113.0/24\n198.51.100.9\n`));
    expect(feed).toMatchObject({ format: 'netset', asOf: Date.UTC(2026, 3, 17, 11) });
    expect(feed.listings.map(({ categories }) => categories)).toEqual([
      ['malware_distribution'],
      ['malware_distribution'],
    ]);
    expect(read(`${FIREHOL}203.0.113.0/24\n`)).toMatchObject({
      ok: false,
      message: expect.stringContaining('has 1'),
    });
  });

  test('ipsum: the count of lists is a vote', () => {
    const { feed } = good(read('# IPsum\n#\n198.51.100.1\t8\n198.51.100.2\t1\n'));
    expect(feed.format).toBe('counted');
    expect(feed.listings.map(({ confidence }) => Number(confidence.toFixed(2)))).toEqual([0.83, 0.2]);
  });

  test('DShield, and a range of addresses: the blocks that make it up', () => {
    const dshield = read('45.79.181.0\t45.79.181.255\t24\t1500\tAKAMAI\tUS\n45.61.0.0\t45.61.0.255\t24\t9\n');
    expect(values(dshield)).toEqual(['ip 45.79.181.0/24', 'ip 45.61.0.0/24']);
    expect(values(read('45.61.0.254-45.61.2.0\n'))).toEqual([
      'ip 45.61.0.254/31',
      'ip 45.61.1.0/24',
      'ip 45.61.2.0',
    ]);
    const odd = good(read('45.61.0.9 - 45.61.0.8\n45.61.3.0-45.61.3.1\n45.61.3.3\n45.61.4.4\n'));
    expect(odd.reasons).toMatchObject({ invalid_network: 1 });
  });

  test('a table without a header: what stands first, unless something else could be meant', () => {
    const reading = good(
      read('198.51.100.7,botnet,2026-05-01\n"198.51.100.8", c2\n198.51.100.9,x\n198.51.100.1,198.51.100.2\n'),
    );
    expect(values(reading)).toEqual(['ip 198.51.100.7', 'ip 198.51.100.8', 'ip 198.51.100.9']);
    expect(reading.reasons).toEqual({ invalid_entry: 1 });
    expect(reading.feed.listings.slice(0, 2).map(({ categories }) => categories)).toEqual([
      ['botnet'],
      ['c2_server'],
    ]);
  });

  test('Suricata iprep: the score is the confidence, 0 is none', () => {
    const reading = good(
      read('198.51.100.1,1,127\n203.0.113.0/24,2,64\n198.51.100.3,1,0\n198.51.100.4,1,128\n'),
    );
    expect(reading.feed.format).toBe('suricata_iprep');
    expect(reading.feed.listings.map(({ confidence }) => Number(confidence.toFixed(2)))).toEqual([1, 0.5]);
    expect(reading).toMatchObject({
      skipped: { score_zero: 1 },
      refused: [{ line: 4, reason: 'invalid_entry' }],
    });
  });

  test('Suricata datasets: names in base64, hashes as they are', () => {
    const inBase64 = (text: string) => Buffer.from(text).toString('base64');
    const text = `${inBase64('evil.example.com')}\n${sha256},300\n${inBase64('http://bad.example.net/x')}\n`;
    const reading = good(read(text));
    expect(reading.feed.format).toBe('suricata_dataset');
    expect(values(reading)).toEqual(['domain evil.example.com', `hash ${sha256}`, 'domain bad.example.net']);
  });

  const TRAILS = [
    '# Copyright (c) Maltrail developers',
    '# Aliases: coyote, acme spider',
    '',
    '198.51.100.1:8080',
    'evil.example.com',
    'bad.example.net/gate.php',
    '/gate.php',
    '203.0.113.7 # scanner-1.example.org',
    '',
  ].join('\n');

  test('maltrail: mixed trails; a file about an actor claims the actor', () => {
    const reading = good(read(TRAILS, { id: 'apt_acme_spider' as never }));
    expect(reading.feed.format).toBe('maltrail');
    expect(values(reading)).toEqual([
      'ip 198.51.100.1',
      'domain evil.example.com',
      'domain bad.example.net',
      'ip 203.0.113.7',
    ]);
    expect(reading.skipped).toEqual({ url_path: 1 });
    expect(reading.feed.listings[0]).toMatchObject({ actors: ['acme spider'], categories: ['c2_server'] });
    expect(good(read(TRAILS)).feed.listings[0]?.actors).toEqual([]);
  });

  test('a hosts file: several names a line, none of the machine itself', () => {
    const reading = good(
      read(
        '127.0.0.1 localhost\n255.255.255.255 broadcasthost\nfe80::1%lo0 localhost\n0.0.0.0 evil.example.com bad.example.com # c\n:: evil.example.net\n0.0.0.0 evil.example.org\n'.repeat(
          2,
        ),
      ),
    );
    expect(reading.feed.format).toBe('hosts');
    expect(values(reading)).toEqual([
      'domain evil.example.com',
      'domain bad.example.com',
      'domain evil.example.net',
      'domain evil.example.org',
    ]);
  });

  test('adblock: only rules that name a whole host list it', () => {
    const rules = [
      '[Adblock Plus 2.0]',
      '! Last modified: 20 May 2026 10:00 UTC',
      '||evil.example.com^',
      '||bad.example.net^$third-party',
      '@@||good.example.com^',
      'example.org##.banner',
      '||some.example.org^$domain=a.example',
      '/ads/*',
      '||github.com/somebody/x',
      '',
    ].join('\n');
    const reading = good(read(rules));
    expect(reading.feed).toMatchObject({ format: 'adblock', asOf: Date.UTC(2026, 4, 20, 10) });
    expect(values(reading)).toEqual(['domain evil.example.com', 'domain bad.example.net']);
    expect(reading.skipped).toEqual({
      allowed: 1,
      cosmetic: 1,
      conditional: 1,
      url_pattern: 1,
      url_on_shared_host: 1,
    });
  });

  test('a response policy zone: names, blocks in reverse, what is let through', () => {
    const zone = [
      '$TTL 60',
      '$ORIGIN rpz.example.',
      '@ IN SOA localhost. root.localhost. (',
      '  2026052001 ; serial',
      '  60 60 60 60 )',
      '  IN NS localhost.',
      'evil.example.com CNAME .',
      '*.evil.example.com CNAME .',
      'bad.example.net.rpz.example. IN CNAME *.',
      'good.example.org CNAME rpz-passthru.',
      '24.0.113.0.203.rpz-ip CNAME .',
      '48.zz.1.db8.2001.rpz-ip CNAME .',
      '',
    ].join('\n');
    const reading = good(read(zone));
    expect(reading.feed.format).toBe('rpz');
    expect(values(reading)).toEqual([
      'domain evil.example.com',
      'domain bad.example.net',
      'ip 203.0.113.0/24',
      'ip 2001:db8:1::/48',
    ]);
    expect(reading.skipped).toEqual({ allowed: 1 });
  });
});

describe('[FEED-CSV-1] a table is read by the names of its columns', () => {
  test('any order, BOM, CRLF, other separators, defanged', () => {
    const text =
      '\uFEFFDescription;Value;Confidence;First_seen;Expires\r\n"a; b";hxxp://evil[.]example[.]com/x;90;2026-05-01;2026-06-01\r\nC2 server;198[.]51[.]100[.]7;;;\r\n';
    const { feed } = good(read(text));
    expect(feed.format).toBe('csv');
    expect(feed.listings).toMatchObject([
      { value: 'evil.example.com', firstSeen: Date.UTC(2026, 4, 1), validUntil: Date.UTC(2026, 5, 1) },
      { value: '198.51.100.7', categories: ['c2_server'], confidence: 0.7 },
    ]);
  });

  test.each([
    'IP Address,Country\n198.51.100.7,XX\n',
    'sep=;\nIOC Type;IOC Value;Comment\nip;198.51.100.7;x\n',
    'Attacker-IP|Seen\n198.51.100.7|9\n',
    '"Domain Name","IP Address"\n"","198.51.100.7"\n',
  ])('however its header is written: %j', (text) => {
    const reading = good(read(text));
    expect([reading.feed.format, values(reading), reading.reasons]).toEqual(['csv', ['ip 198.51.100.7'], {}]);
  });

  test('of a MISP export what is meant for detection', () => {
    const rows = 'a,1,domain,one.example.net,1,2026-05-01\nb,1,domain,two.example.net,0,2026-05-01\n';
    const reading = good(read(`uuid,event_id,type,value,to_ids,date\n${rows}`));
    expect(values(reading)).toEqual(['domain one.example.net']);
    expect(reading.skipped).toEqual({ not_for_detection: 1 });
  });

  test('of the hashes of a row the strongest', () => {
    expect(
      values(read(`md5,sha1,sha256\n${'ef'.repeat(16)},${sha1},${sha256}\n${'ef'.repeat(16)},,\n`)),
    ).toEqual([`hash ${sha256}`, `hash ${'ef'.repeat(16)}`]);
  });

  test('a cell may hold the end of a line', () => {
    expect(values(read('comment,ip\n"one\ntwo",198.51.100.1\nthree,198.51.100.2\n'))).toEqual([
      'ip 198.51.100.1',
      'ip 198.51.100.2',
    ]);
  });

  test('URLhaus', () => {
    const text = [
      '# Last updated: 2026-05-20 10:00:00 (UTC) #',
      '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter',
      '"1","2026-05-19 10:00:00","http://203.0.113.9:8080/mozi.m","online","2026-05-20 09:00:00","malware_download","elf,Mozi","https://urlhaus.abuse.ch/url/1/","x"',
      '"2","2026-05-01 10:00:00","https://raw.githubusercontent.com/a/b/c.exe","offline","2026-05-02 10:00:00","malware_download","exe","https://urlhaus.abuse.ch/url/2/","x"',
      '',
    ].join('\r\n');
    const reading = good(read(text));
    expect(reading.feed).toMatchObject({ format: 'abuse_ch', asOf: Date.UTC(2026, 4, 20, 10) });
    expect(reading.feed.listings).toMatchObject([
      {
        value: '203.0.113.9',
        categories: ['malware_distribution'],
        firstSeen: Date.UTC(2026, 4, 19, 10),
        lastSeen: null,
      },
    ]);
    expect(reading.skipped).toEqual({ url_on_shared_host: 1 });
  });

  test('ThreatFox: quoted with a blank after the comma, its own confidence, its own count', () => {
    const head =
      '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level","reference","tags","anonymous","reporter"\n';
    const row = (value: string, type: string, threat: string, sure: number) =>
      `"2026-05-19 10:00:00", "1", "${value}", "${type}", "${threat}", "win.x", "None", "X", "", "${sure}", "None", "a,b", "0", "y"\n`;
    const text =
      head +
      row('198.51.100.1:443', 'ip:port', 'botnet_cc', 100) +
      row('evil.example.com', 'domain', 'payload_delivery', 50) +
      row(sha256, 'sha256_hash', 'payload', 75);
    const { feed } = good(read(`${text}# Number of entries: 3\n`));
    expect(feed.listings).toMatchObject([
      { value: '198.51.100.1', categories: ['c2_server'], confidence: 0.8 },
      {
        value: 'evil.example.com',
        categories: ['malware_distribution'],
        confidence: 0.5,
        lastSeen: Date.UTC(2026, 4, 19, 10),
      },
      { value: sha256, categories: ['malware_file'], confidence: 0.75 },
    ]);
    expect(read(`${text}# Number of entries: 4\n`)).toMatchObject({ ok: false, format: 'abuse_ch' });
  });

  test('Feodo: often without an entry, which is no failure', () => {
    const text =
      '# Last updated: 2026-05-20 10:00:00 UTC\n"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n';
    expect(values(read(`${text}# END 0 entries\n`))).toEqual([]);
    expect(
      good(
        read(
          `${text}"2026-05-01 10:00:00","198.51.100.1","443","online","2026-05-20","Dridex"\n# END 1 entries\n`,
        ),
      ).feed.listings,
    ).toMatchObject([{ value: '198.51.100.1', categories: ['c2_server'], lastSeen: Date.UTC(2026, 4, 20) }]);
  });

  test('MalwareBazaar lists the file once; SSLBL hashes are of certificates', () => {
    const bazaar = `# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name","file_type_guess","mime_type","signature","clamav","vtpercent","imphash","ssdeep","tlsh"\n"2026-05-19 10:00:00", "${sha256}", "n/a", "${sha1}", "x", "a, b.exe", "exe", "x", "n/a", "n/a", "n/a", "n/a", "n/a", "n/a"\n`;
    expect(values(read(bazaar))).toEqual([`hash ${sha256}`]);
    const certificates = good(
      read(`# Listingdate,SHA1,Listingreason\n2026-05-19 10:00:00,${sha1},Dridex C&C\n`),
    );
    expect(certificates.skipped).toEqual({ certificate_hash: 1 });
    expect(values(read('# Firstseen,DstIP,DstPort\n2026-05-19 10:00:00,198.51.100.1,443\n'))).toEqual([
      'ip 198.51.100.1',
    ]);
  });
});

describe('[FEED-URL-1] a URL on a shared host never lists the host', () => {
  test.each([
    'https://github.com/a/b',
    'http://raw.githubusercontent.com/a',
    'https://drive.google.com/uc?id=1',
    'http://github.io/',
    'https://cdn.discordapp.com/x',
  ])('%s', (url) => {
    expect(values(read(`${url}\n198.51.100.1\n`))).toEqual(['ip 198.51.100.1']);
  });

  test('one on a host of its own does, a page of it by less than all of it', () => {
    const { feed } = good(read('http://evil.example.com/\nhttp://somebody.github.io/login\n'));
    expect(feed.listings.map(({ value }) => value)).toEqual(['evil.example.com', 'somebody.github.io']);
    const [whole, page] = feed.listings;
    expect(whole?.confidence).toBe(0.7);
    expect(page?.confidence).toBeLessThan(0.6);
  });
});

test('[FEED-AGE-1] a feed without a date in its head is as old as its newest record', () => {
  const { feed } = good(read('ip,last_seen\n198.51.100.1,2026-05-01\n198.51.100.2,2026-05-10\n'));
  expect(feed.asOf).toBe(NOW - 11 * DAY_MS);
});
