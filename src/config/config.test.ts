import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, type Setting } from './config.ts';
import { readEnvironment } from './environment.ts';
import { KNOWN_KEYS } from './schema.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-config-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

interface Given {
  readonly file?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly flags?: readonly Setting[];
}

function load({ file, variables = {}, flags = [] }: Given) {
  if (file !== undefined) writeFileSync(join(dir, 'stance.yaml'), file);
  return loadConfig({ dir, file: null, environment: readEnvironment(variables).settings, flags });
}

function refusal(given: Given): string {
  try {
    load(given);
  } catch (error) {
    if (error instanceof Error) return error.message.replaceAll(dir, 'DIR');
  }
  throw new Error('nothing was refused');
}

const portFlag = (value: unknown): Setting => ({
  field: 'listen.port',
  value,
  from: '--port',
  isPath: false,
});

describe('without any configuration', () => {
  test('there is one site in UTC, and only this machine is answered', () => {
    expect(load({})).toEqual({
      file: null,
      anchors: [],
      tenant: 'default',
      sites: [
        {
          id: 'default',
          networks: null,
          timeZone: 'UTC',
          workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
          shared: [],
        },
      ],
      domains: {},
      listen: { host: '127.0.0.1', port: 7117, tls: null, behindTlsProxy: false, allowedHosts: [] },
      inventory: null,
      policies: null,
      feeds: [],
      sources: [],
      retention: {
        journalDays: 30,
        journalBytes: null,
        historyDays: 400,
        userDays: 400,
        keyDays: null,
        keyOverlapDays: 30,
      },
      identity: null,
      outputs: [],
      fleet: null,
    });
  });

  test('an empty file is as good as none', () => {
    const without = load({});
    expect(load({ file: '# nothing yet\n' })).toEqual({ ...without, file: join(dir, 'stance.yaml') });
  });
});

describe('[CLI-12] a flag wins over the environment, the environment over the file, the file over the default', () => {
  const file = 'listen: { port: 1000 }\n';
  const variables = { STANCE_PORT: '2000' };

  test.each<[Given, number]>([
    [{}, 7117],
    [{ file }, 1000],
    [{ file, variables }, 2000],
    [{ file, variables, flags: [portFlag(3000)] }, 3000],
    [{ file, flags: [portFlag(3000)] }, 3000],
    [{ file, variables: { STANCE_PORT: '' } }, 1000],
  ])('%j listens on %i', (given, port) => {
    expect(load(given).listen.port).toBe(port);
  });

  test.each([
    ['"[::1]"', '::1'],
    ['"::1"', '::1'],
    ['stance.internal', 'stance.internal'],
  ])('[CONF-1] the host %s is listened on as %s', (written, host) => {
    expect(load({ file: `listen: { host: ${written} }\n` }).listen.host).toBe(host);
  });

  test('[CONF-1] allowed hosts are as a Host header names them; what none can name is refused', () => {
    const written = 'listen: { allowed_hosts: [a.example, "fd00::1", "[fd00::2]"] }\n';
    expect(load({ file: written }).listen.allowedHosts).toEqual(['a.example', '[fd00::1]', '[fd00::2]']);
    for (const wrong of ['https://x/', 'x.example:7117', '*.example', 'a b', '[x]'])
      expect(refusal({ file: `listen: { allowed_hosts: [a.example, "${wrong}"] }\n` })).toMatch(
        /listen\.allowed_hosts\[?\.?1\]? must be an address or a host name, without scheme/,
      );
  });

  test('each field by itself', () => {
    const { listen } = load({
      file: 'listen: { host: "::1", allowed_hosts: [a.example] }\n',
      variables: { STANCE_ALLOWED_HOSTS: 'b.example, c.example', STANCE_BEHIND_TLS_PROXY: 'yes' },
      flags: [portFlag(0)],
    });
    expect(listen).toMatchObject({
      host: '::1',
      port: 0,
      behindTlsProxy: true,
      allowedHosts: ['b.example', 'c.example'],
    });
  });
});

describe('a full file', () => {
  const file = `
tenant: acme
sites:
  - id: berlin
    networks: [10.1.2.3/16, 2001:db8::/32]
    time_zone: Europe/Berlin
    work_week: { days: [sun, mon], from_hour: 6, to_hour: 22 }
    shared: [10.1.0.1]
domains: { ACME: acmecorp.com }
listen:
  tls: { cert: tls/cert.pem, key: /etc/key.pem }
inventory: inventory.yaml
feeds:
  - { id: feodo, path: feeds/feodo.intel, category: c2_server, confidence: 0.9 }
sources:
  - { type: zeek_folder, path: /opt/zeek/logs/current }
`;

  test('is read, with paths from where it stands', () => {
    expect(load({ file })).toMatchObject({
      tenant: 'acme',
      sites: [
        {
          id: 'berlin',
          networks: ['10.1.0.0/16', '2001:db8::/32'],
          timeZone: 'Europe/Berlin',
          workWeek: { days: [7, 1], fromHour: 6, toHour: 22 },
          shared: ['10.1.0.1/32'],
        },
      ],
      domains: { acme: 'acmecorp.com' },
      listen: { tls: { cert: join(dir, 'tls/cert.pem'), key: '/etc/key.pem' } },
      inventory: join(dir, 'inventory.yaml'),
      feeds: [
        {
          id: 'feodo',
          kind: 'path',
          path: join(dir, 'feeds/feodo.intel'),
          words: { format: 'auto', confidence: 0.9 },
        },
      ],
      sources: [{ path: '/opt/zeek/logs/current', site: 'berlin', sensor: 'zeek' }],
    });
  });

  test('but a path in the environment from where the command runs', () => {
    expect(load({ file, variables: { STANCE_INVENTORY: 'mine.csv' } }).inventory).toBe(
      join(process.cwd(), 'mine.csv'),
    );
  });
});

describe('[CLI-13] a mistake names the field, what came, what is allowed, and where it came from', () => {
  test.each<[string, string]>([
    [
      'listen:\n  port: http\n',
      'DIR/stance.yaml:2: listen.port must be a whole number from 0 to 65535, not "http"',
    ],
    [
      'listen:\n  port: 65536\n',
      'DIR/stance.yaml:2: listen.port must be a whole number from 0 to 65535, not 65536',
    ],
    ['listen:\n  prot: 7117\n', 'DIR/stance.yaml:2: unknown key listen.prot; did you mean "port"?'],
    [
      'retention: { journal_days: 0 }\n',
      'DIR/stance.yaml:1: retention.journal_days must be a whole number of days from 1 to 36500, not 0',
    ],
    [
      'retention: { journal_bytes: 1000 }\n',
      'DIR/stance.yaml:1: retention.journal_bytes must be a whole number of bytes from 268435456 (256 MiB), not 1000',
    ],
    [
      'retention: { journal_days: 60, user_days: 59 }\n',
      'DIR/stance.yaml:1: retention.user_days must be at least journal_days (60), not 59: the journal would still tell of who was forgotten',
    ],
    ['sitse: []\n', 'DIR/stance.yaml:1: unknown key sitse; did you mean "sites"?'],
    ['listen: 7117\n', 'DIR/stance.yaml:1: listen must be a mapping of keys, not 7117'],
    ['- a\n', 'DIR/stance.yaml:1: the configuration must be a mapping of keys, not a list'],
    [
      'sites:\n  - id: a\n    time_zone: Europe/Berln\n',
      'DIR/stance.yaml:3: sites[0].time_zone must be an IANA time zone such as Europe/Berlin, not "Europe/Berln"; did you mean "Europe/Berlin"?',
    ],
    [
      'sites:\n  - id: a\n    networks:\n      - 10.0.0.0/8\n      - 10.0.0.300\n',
      'DIR/stance.yaml:5: sites[0].networks[1] must be an address or a CIDR block such as 10.0.0.0/8, not "10.0.0.300"',
    ],
    [
      'sites:\n  - id: a\n    work_week: { from_hour: 18, to_hour: 8 }\n',
      'DIR/stance.yaml:3: sites[0].work_week.to_hour must be later than from_hour (18), not 8',
    ],
    [
      'sites:\n  - id: a\n  - id: a\n',
      'DIR/stance.yaml:3: sites[1].id must be unique; sites[0] has "a" already',
    ],
    [
      'sites: [{ id: berlin }, { id: bonn }]\nsources:\n  - type: zeek_folder\n    path: /logs\n    site: brelin\n',
      'DIR/stance.yaml:5: sources[0].site must be one of berlin, bonn, not "brelin"; did you mean "berlin"?',
    ],
    [
      'sources:\n  - type: zeek_folder\n',
      'DIR/stance.yaml:2: sources[0].path is missing: it must be the path of a file or folder',
    ],
    [
      'listen:\n  tls: { cert: a.pem }\n',
      'DIR/stance.yaml:2: listen.tls.key is missing: it must be the path of a file or folder',
    ],
    ['tenant: a\ntenant: b\n', 'DIR/stance.yaml:2: Map keys must be unique'],
    [
      'feeds:\n  - id: a\n',
      'DIR/stance.yaml:2: feeds[0].path must be given, or one of the others of path, url, taxii, folder, and one only',
    ],
    [
      'feeds:\n  - { id: a, url: https://a.example/x, every: 1m }\n',
      'DIR/stance.yaml:2: feeds[0].every must be a time such as 30m or 6h, from 5m to 168h, not "1m"',
    ],
    [
      'feeds:\n  - { id: a, url: http://a.example/x }\n',
      'DIR/stance.yaml:2: feeds[0].url must begin with https: (or set allow_http: true)',
    ],
    [
      'feeds:\n  - { id: a, folder: feeds, every: 6h }\n',
      'DIR/stance.yaml:2: feeds[0].every is for feeds with url or taxii only, and this one has folder',
    ],
    [
      'feeds:\n  - { id: a, taxii: https://a.example/, user: me }\n',
      'DIR/stance.yaml:2: feeds[0].user needs secret_file or secret_env: where the password is',
    ],
  ])('%j', (file, message) => {
    expect(refusal({ file })).toBe(message);
  });

  test('all of them at once', () => {
    expect(refusal({ file: 'tenant: ""\nlisten:\n  port: x\n' }).split('\n')).toHaveLength(2);
  });

  test('in aliases of aliases that stand for a vast content', () => {
    const lines = [...Array(9).keys()].map((i) => {
      const item = i === 0 ? 'x' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(refusal({ file: lines.join('\n') })).toBe(
      'DIR/stance.yaml:1: repeats too much through its aliases',
    );
  });

  test('in a variable', () => {
    expect(refusal({ variables: { STANCE_PORT: 'tcp://10.0.0.1:7117' } })).toBe(
      'STANCE_PORT: listen.port must be a whole number from 0 to 65535, not "tcp://10.0.0.1:7117"',
    );
  });

  test('in a flag', () => {
    expect(refusal({ flags: [portFlag(70_000)] })).toBe(
      '--port: listen.port must be a whole number from 0 to 65535, not 70000',
    );
  });

  test('in half a setting', () => {
    expect(refusal({ variables: { STANCE_TLS_CERT: '/c.pem' } })).toContain('listen.tls.key is missing');
  });
});

describe('[FINDINGS-12] a sink that is configured wrongly is refused with its field', () => {
  const webhook = (more: string): string => `outputs:\n  - { id: soc, type: webhook${more} }\n`;
  const url = ', url: "https://soc.example/hook"';

  test.each<[string, string]>([
    [
      'outputs:\n  - { id: soc, type: mail }\n',
      'DIR/stance.yaml:2: outputs[0].type must be one of webhook, syslog, not "mail"',
    ],
    [
      webhook(', secret_env: SOC_SECRET'),
      'DIR/stance.yaml:2: outputs[0].url is missing: it must be a URL such as https://soc.example/hooks/stance, without user, password and fragment',
    ],
    [
      webhook(', url: "https://user:pw@soc.example/", secret_env: SOC_SECRET'),
      'DIR/stance.yaml:2: outputs[0].url must be a URL such as https://soc.example/hooks/stance, without user, password and fragment, not "https://…@soc.example/"',
    ],
    [
      webhook(', url: "https://soc.example/?token=of-the-soc#top", secret_env: SOC_SECRET'),
      'DIR/stance.yaml:2: outputs[0].url must be a URL such as https://soc.example/hooks/stance, without user, password and fragment, not "https://soc.example/?…"',
    ],
    [
      webhook(', url: "http://soc.example/", secret_env: SOC_SECRET'),
      'DIR/stance.yaml:2: outputs[0].url must begin with https: (or set allow_http: true, for a receiver on this machine)',
    ],
    [
      webhook(url),
      'DIR/stance.yaml:2: outputs[0].secret_file or secret_env must be given, one of them: where the secret of the signature is',
    ],
    [
      webhook(`${url}, secret: abc`),
      'DIR/stance.yaml:2: unknown key outputs[0].secret; did you mean "secret_file"?',
    ],
    [
      webhook(`${url}, secret_env: SOC_SECRET, min_level: hihg`),
      'DIR/stance.yaml:2: outputs[0].min_level must be one of low, medium, high, critical, not "hihg"; did you mean "high"?',
    ],
    [
      'outputs:\n  - { id: siem, type: syslog, host: a, transport: tcp, ca: a.pem }\n',
      'DIR/stance.yaml:2: outputs[0].ca is for transport: tls only, and transport is tcp',
    ],
    [
      'outputs:\n  - { id: siem, type: syslog, host: a }\n  - { id: siem, type: syslog, host: b }\n',
      'DIR/stance.yaml:3: outputs[1].id must be unique; outputs[0] has "siem" already',
    ],
  ])('%j', (file, message) => {
    expect(refusal({ file })).toBe(message);
  });

  test('and one that is in order is read, with paths from where the file stands', () => {
    const file =
      'outputs:\n  - { id: soc, type: webhook, url: "https://soc.example/hook", secret_file: soc.secret }\n  - { id: siem, type: syslog, host: siem.example, min_level: high }\n';
    expect(load({ file }).outputs).toMatchObject([
      {
        id: 'soc',
        secret: { file: join(dir, 'soc.secret') },
        minLevel: 'low',
        begin: 'now',
        timeoutMs: 10_000,
      },
      { id: 'siem', transport: 'tls', port: 6514, facility: 'local0', hostname: '-', minLevel: 'high' },
    ]);
  });
});

describe('[FLEET-STAT-14] a fleet that is configured wrongly is refused with its field', () => {
  const fleet = (more: string): string => `fleet: { keys: site${more} }\n`;
  const url = ', aggregator: "https://aggregator.example:7118"';

  test.each<[string, string]>([
    [
      fleet(''),
      'DIR/stance.yaml:1: fleet.aggregator is missing: it must be a URL such as https://aggregator.example:7118, without user, password and fragment',
    ],
    [
      fleet(', aggregator: "http://aggregator.example"'),
      'DIR/stance.yaml:1: fleet.aggregator must begin with https: (or set allow_http: true): without it who reports, and when, can be seen',
    ],
    [
      fleet(`${url}, releases: "https://user:pw@a.example/r.json"`),
      'DIR/stance.yaml:1: fleet.releases must be a URL such as https://aggregator.example:7118, without user, password and fragment',
    ],
    [fleet(`${url}, key: x`), 'DIR/stance.yaml:1: unknown key fleet.key; did you mean "keys"?'],
    ['fleet: yes please\n', 'DIR/stance.yaml:1: fleet must be a mapping of keys, not "yes please"'],
  ])('%j', (file, message) => {
    expect(refusal({ file })).toBe(message);
  });

  test('and one that is in order is read, with paths from where the file stands', () => {
    expect(load({ file: fleet(`${url}, releases: releases`) }).fleet).toEqual({
      keys: join(dir, 'site'),
      aggregator: new URL('https://aggregator.example:7118'),
      releases: join(dir, 'releases'),
    });
    const remote = load({ file: fleet(`${url}, releases: "https://a.example/r.json"`) }).fleet;
    expect(remote?.releases).toEqual(new URL('https://a.example/r.json'));
  });
});

describe('the environment', () => {
  test('a misspelt variable of ours is refused, a foreign one is not', () => {
    expect(() => readEnvironment({ STANCE_PROT: '1' })).toThrow('did you mean STANCE_PORT?');
    expect(readEnvironment({ STANCE_SERVICE_HOST: '10.0.0.1', STANCES: 'x' }).settings).toEqual([]);
  });

  test('says where data and configuration are, and whether colours are wanted', () => {
    expect(readEnvironment({ STANCE_DATA: '/d', NO_COLOR: '1' })).toEqual({
      data: '/d',
      config: null,
      settings: [],
      noColour: true,
    });
    expect(readEnvironment({ NO_COLOR: '' }).noColour).toBe(false);
  });
});

describe('a named configuration file', () => {
  test('must exist', () => {
    const request = { dir, file: join(dir, 'other.yaml'), environment: [], flags: [] };
    expect(() => loadConfig(request)).toThrow('other.yaml does not exist');
  });
});

test('[IDENT-9] whose bundle a file is must be said of a SPIFFE bundle, and of nothing else', () => {
  const file = (anchor: string) => ({ file: `trust: { anchors: [${anchor}] }\n` });
  const { anchors } = load(file('{ file: a.pem, kind: vendor, name: acme }'));
  expect(anchors).toEqual([{ file: join(dir, 'a.pem'), kind: 'vendor', name: 'acme', trustDomain: null }]);
  const bundle = (facts: string) => refusal(file(`{ file: b.json, ${facts} }`));
  expect(bundle('kind: spiffe')).toContain('trust.anchors[0].trust_domain is missing');
  expect(bundle('kind: vendor, trust_domain: example.org')).toContain('trust_domain is for kind spiffe only');
  expect(bundle('kind: spiffe, trust_domain: Example.org')).toContain('must be a trust domain');
  expect(bundle('kind: own')).toContain('must be one of customer, vendor, spiffe');
});

test('[CLI-18] the example of the documentation is in order, and it names every field', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const config = load({ file: example });
  expect(config).toMatchObject({ tenant: 'acme', sources: [{ site: 'berlin', sensor: 'zeek-berlin' }] });
  const fields = Object.values(KNOWN_KEYS).flat();
  expect(fields.filter((field) => !page.includes(field))).toEqual([]);
});
