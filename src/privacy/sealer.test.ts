import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  type Event,
  type Fleet,
  type Observation,
  type Provenance,
  sealedIn,
  type SealedName,
} from '../model/index.ts';
import { createNameGate, createSealer, deriveKeys, type Sealer } from './index.ts';

const KEYS = deriveKeys(new Uint8Array(32).fill(1), 1);
const DOMAINS: Fleet['domains'] = { acme: 'acmecorp.com', 'acme.local': 'acmecorp.com' };
const DAY = 86_400_000;
const provenance = { site: 'main', sensor: 'zeek', uid: 'C1', communityId: '1:x=' } as Provenance;

function sealer(keys = KEYS, domains = DOMAINS): Sealer {
  return createSealer({ keys, gate: createNameGate(), domains });
}

function query(name: string, day = 0, client = '10.0.0.1'): Observation {
  return {
    kind: 'dns',
    time: day * DAY,
    provenance,
    from: { address: client as Address, port: 5353, local: true },
    to: { address: '10.0.0.53' as Address, port: 53, local: true },
    query: name,
    queryType: 'A',
    outcome: 'answered',
    addresses: [],
    answerCount: 0,
  };
}

function nameOf(event: Event): SealedName | null {
  return event.kind === 'dns' ? event.query : null;
}

function seal(name: string): SealedName | null {
  return nameOf(sealer().seal(query(name)));
}

function print(name: string): string | null {
  return sealer().nameFingerprint(name);
}

/** What one door gives away as these uses of names pass it. */
function revealed(uses: readonly (readonly [name: string, day: number, client: string])[]) {
  const door = sealer();
  return uses.map(([name, day, client]) => nameOf(door.seal(query(name, day, client)))?.full);
}

describe('[PRV-2] no clear text passes the door', () => {
  const from = { address: '10.0.0.1' as Address, port: 1, local: true, canary: 'canaryextra' };
  const both = { from, to: from };
  const base = { time: 0, provenance: { ...provenance, canary: 'canaryextra' }, canary: 'canaryextra' };
  const mac = 'aa:ca:11:a2:7b:99';
  const canaries = {
    name: 'canaryhost.canarysub.example.com',
    mac,
    hostName: 'canaryhost',
    account: 'canary@acmecorp.com',
    subject: 'CN=canary subject',
  };
  const machine = { address: null, mac, hostName: canaries.hostName };
  const { name, hostName, account, subject } = canaries;
  const unknowns = { service: null, durationMs: null, bytesOut: null, bytesIn: null } as const;
  const observations: readonly Observation[] = [
    {
      kind: 'connection',
      ...base,
      ...both,
      name,
      protocol: 'tcp',
      ...unknowns,
      outcome: 'unknown',
      fromMac: mac,
      toMac: mac,
    },
    { ...query(name), ...both, ...base, name } as Observation,
    {
      kind: 'tls',
      ...base,
      ...both,
      name,
      version: null,
      established: true,
      certificate: null,
      clientCertificate: null,
      validation: 'ok',
    },
    {
      kind: 'certificate',
      ...base,
      keys: [],
      subject,
      issuer: subject,
      selfIssued: true,
      notBefore: 0,
      notAfter: 1,
      keyType: 'rsa',
      keyBits: 1,
      weakSignature: false,
      isAuthority: false,
    },
    {
      kind: 'http',
      ...base,
      ...both,
      name,
      method: 'GET',
      status: 200,
      bytesOut: 1,
      bytesIn: 1,
      viaProxy: false,
    },
    { kind: 'file', ...base, ...both, sha256: null, sha1: null, md5: null, sizeBytes: 1, mimeClass: 'other' },
    { kind: 'lease', ...base, address: null, mac, hostName, leaseMs: 1 },
    {
      kind: 'authentication',
      ...base,
      ...both,
      service: 'ssh',
      account,
      outcome: 'success',
      attempts: 1,
      mfa: null,
    },
    { kind: 'remote_service', ...base, ...both, name, service: 'smb', operation: null },
    { kind: 'software', ...base, host: from, role: 'ssh_server', product: 'OpenSSH', version: '9' },
    { kind: 'service', ...base, host: from, protocol: 'tcp', services: ['ssh'] },
    { kind: 'host', ...base, host: from, mac, hostName },
    {
      kind: 'finding',
      ...base,
      ...both,
      rule: 'Scan::Address_Scan',
      severity: null,
      outcome: 'unknown',
      policy: null,
    },
    {
      kind: 'inventory',
      ...base,
      ...machine,
      deviceKind: null,
      manufacturer: null,
      model: null,
      firmware: null,
    },
    {
      kind: 'vulnerability',
      ...base,
      ...machine,
      cve: 'CVE-2024-1',
      cvss: null,
      epss: null,
      exploited: false,
      fixedVersion: null,
      resolved: false,
    },
  ];

  test.each(observations.map((observation) => [observation.kind, observation] as const))(
    'in a %s event',
    (_, clear) => {
      const text = JSON.stringify(sealer().seal(clear)).toLowerCase();
      for (const word of ['canary', 'yranac', 'ca:11:a2', 'ca11a2', 'a27b99', '7b:99']) {
        for (const encoding of ['hex', 'base64url', 'base64'] as const) {
          const encoded = Buffer.from(word).toString(encoding).replace(/=+$/, '').slice(0, -1).toLowerCase();
          expect(text).not.toContain(encoded);
        }
        expect(text).not.toContain(word);
      }
    },
  );

  test('and what the event says otherwise is kept', () => {
    const kinds = observations.map((observation) => sealer().seal(observation).kind);
    expect(kinds).toEqual(observations.map(({ kind }) => kind));
    expect(sealer().seal(observations[9] as Observation)).toEqual({
      kind: 'software',
      time: 0,
      provenance,
      host: { address: '10.0.0.1', port: 1, local: true },
      role: 'ssh_server',
      product: 'OpenSSH',
      version: '9',
    });
  });
});

test('the same observation gives the same event, other keys give another', () => {
  const other = deriveKeys(new Uint8Array(32).fill(2), 1);
  expect(sealer().seal(query('www.example.com'))).toEqual(sealer().seal(query('www.example.com')));
  const ours = nameOf(sealer().seal(query('www.example.com')));
  const theirs = nameOf(sealer(other).seal(query('www.example.com')));
  expect(ours?.fingerprint).not.toBe(theirs?.fingerprint);
  expect(ours?.domain).toBe(theirs?.domain);
});

describe('a name', () => {
  test.each([
    ['a.b.example.co.uk', 'example.co.uk', 2],
    ['x.bucket.s3.amazonaws.com', 'bucket.s3.amazonaws.com', 1],
    ['example.com', 'example.com', 0],
    ['WWW.Example.COM.', 'example.com', 1],
    ['example.com:8080', 'example.com', 0],
    ['com', 'com', 0],
    ['newyork.dmevals.local', 'dmevals.local', 1],
    ['foo.corp.internal', 'corp.internal', 1],
    ['sarah-laptop.local', 'local', 1],
    ['sarah-laptop', 'local', 1],
    ['sarah.home.arpa', 'home.arpa', 1],
    ['9.2.0.192.in-addr.arpa', 'in-addr.arpa', 4],
    ['data.mfrggzdfmztwq2lk.zzz', 'zzz', 2],
    ['sarah@example.com', 'com', 1],
    ['what is this', 'local', 1],
    ['a.b c', 'invalid', 2],
    ['www.myapp.github.io', 'myapp.github.io', 1],
    ['fonts.googleapis.com', 'fonts.googleapis.com', 0],
    ['duckdns.org', 'duckdns.org', 0],
  ])('%s keeps %s', (name, domain, count) => {
    expect(seal(name)).toMatchObject({ domain, labels: { count } });
  });

  test.each(['192.0.2.1', '192.0.2.1:80', '2001:db8::1', '[2001:db8::1]:443', '1.2.3', '', '.'])(
    '%j is no name',
    (text) => {
      expect(seal(text)).toBeNull();
      const { time, from, to } = query('') as Extract<Observation, { kind: 'dns' }>;
      const facts = { version: null, established: null, certificate: null, clientCertificate: null } as const;
      const flow = { time, provenance, from, to: to ?? from, name: text };
      const tls: Observation = { kind: 'tls', ...flow, ...facts, validation: 'unknown' };
      expect(sealer().seal(tls)).not.toHaveProperty('name');
    },
  );

  test('carries the fingerprints of its parents down to the registrable domain, nearest first', () => {
    expect(seal('a.b.c.example.com')).toMatchObject({
      fingerprint: print('a.b.c.example.com'),
      parents: ['b.c.example.com', 'c.example.com', 'example.com'].map(print),
    });
    expect(seal('example.com')?.parents).toEqual([]);
    expect(seal(`${'a.'.repeat(100)}example.com`)?.parents).toHaveLength(16);
  });

  test('of any kind seals without failing, and only its domain can be read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.stringMatching(/^[a-z.@ :-]{0,40}$/)), (text) => {
        const name = seal(text);
        if (name === null) return;
        expect(name.domain).toMatch(/^[a-z0-9_*][a-z0-9_*.-]*$/);
        const shown =
          sealedIn(name.domain) === null ? name.domain : name.domain.split('.').slice(1).join('.');
        expect(shown === 'invalid' || shown === 'local' || text.toLowerCase().includes(shown)).toBe(true);
        expect(name.full).toBeUndefined();
      }),
    );
  });

  test('[DNS-DET-11] that is data of any bytes is guarded, and nothing of the data is in it', () => {
    const data = '0eaba82€+hb'.repeat(5);
    const name = seal(`${data}.${data}.pirate.example.com`);
    expect(name).toMatchObject({ domain: 'example.com', guarded: true, labels: { count: 3 } });
    expect(JSON.stringify(name)).not.toContain('eaba');
    expect(name?.full).toBeUndefined();
  });
});

describe('[PRV-5] a domain that somebody chose under a private suffix', () => {
  test.each(['fritz.box', 'attlocal.net'])(
    'a machine behind a router that calls its network %s is never revealed',
    (network) => {
      const uses = [0, 1, 2, 3].map((day) => [`annas-iphone.${network}`, day, `10.0.0.${day}`] as const);
      expect(seal(`annas-iphone.${network}`)).toMatchObject({ domain: network, guarded: true });
      expect(revealed(uses)).toEqual(uses.map(() => undefined));
    },
  );

  test.each([
    ['of a home', 'sarah-kowalski-home.duckdns.org', 'duckdns.org'],
    ['of a home, by one word', 'kowalski.myfritz.net', 'myfritz.net'],
    ['of a machine', 'sarah-laptop.herokuapp.com', 'herokuapp.com'],
    ['that is data', 'c2vjcmv0cgfzc3dvcmq.herokuapp.com', 'herokuapp.com'],
    ['that says much', 'patient-4711-diagnosis-hiv-positive.akamaihd.net', 'akamaihd.net'],
  ])('%s is told apart by its fingerprint alone', (_, name, suffix) => {
    const domain = `sealed-${print(name)}.${suffix}`;
    expect(seal(name)).toMatchObject({ domain, fingerprint: print(name), labels: { count: 0 } });
    const below = seal(`www.${name}`);
    expect(below).toMatchObject({ domain, guarded: true, labels: { count: 1 }, parents: [print(name)] });
    const uses = [0, 1, 2, 3].map((day) => [`www.${name}`, day, `10.0.0.${day}`] as const);
    expect(revealed(uses)).toEqual(uses.map(() => undefined));
  });

  test("is the fleet's own where the operator says so", () => {
    const door = sealer(KEYS, { acme: 'acme.duckdns.org' });
    expect(nameOf(door.seal(query('www.acme.duckdns.org')))).toMatchObject({ domain: 'acme.duckdns.org' });
  });
});

describe('[PRV-3] the full name', () => {
  const host = 'mgmt.axis-cloud.com';

  test('is given once, when a third client uses it', () => {
    const uses = ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(
      (client) => [host, 0, client] as const,
    );
    expect(revealed(uses)).toEqual([undefined, undefined, undefined, host, undefined]);
  });

  test('is given once, on the third day', () => {
    const uses = [0, 0, 1, 5, 6].map((day) => [host, day, '10.0.0.1'] as const);
    expect(revealed(uses)).toEqual([undefined, undefined, undefined, host, undefined]);
  });

  test.each([
    ['of a tunnel', 'mfrggzdfmztwq2lknnwg23tpobyxe43u.evil.com'],
    ['of a machine in an unlisted domain', 'sarah-laptop.dmevals.local'],
    ["of a machine in the fleet's own domain", 'sarah-laptop.acmecorp.com'],
    ['of a machine that answers to mDNS', 'sarah-laptop.local'],
    ['that is no host name', 'sarah.k@mail.example.com'],
  ])('%s is never given', (_, name) => {
    const uses = Array.from({ length: 12 }, (__, index) => [name, index, `10.0.0.${index}`] as const);
    expect(revealed(uses).every((full) => full === undefined)).toBe(true);
  });

  const use = fc.tuple(
    fc.constantFrom(host, 'www.example.com', 'ocsp.digicert.com', 'a.b.c.example.org', 'pc.acme.local'),
    fc.nat({ max: 5 }),
    fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'),
  );

  test('law: a gate rebuilt from the journal decides as the one that lived', () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 60 }), fc.nat(60), (uses, restart) => {
        const whole = sealer();
        const lived = uses.map(([name, day, client]) => whole.seal(query(name, day, client)));
        const gate = createNameGate();
        for (const event of lived.slice(0, restart)) gate.replay(event);
        const after = createSealer({ keys: KEYS, gate, domains: DOMAINS });
        const rest = uses.slice(restart).map(([name, day, client]) => after.seal(query(name, day, client)));
        expect(rest).toEqual(lived.slice(restart));
      }),
    );
  });

  test('law: at most once per name, and never before three days or three clients', () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
        const seen = new Set<string>();
        for (const [index, full] of revealed(uses).entries()) {
          if (full === undefined) continue;
          expect(seen.has(full)).toBe(false);
          seen.add(full);
          const so = uses.slice(0, index + 1).filter(([name]) => name === full);
          const days = new Set(so.map(([, day]) => day)).size;
          const clients = new Set(so.map(([, , client]) => client)).size;
          expect(Math.max(days, clients)).toBe(3);
        }
      }),
    );
  });
});
