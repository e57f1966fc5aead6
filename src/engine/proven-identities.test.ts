import { describe, expect, test } from 'vitest';
import {
  type Address,
  DAY_MS,
  type DeviceId,
  type EntityId,
  type HeldCertificate,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type ProofRecord,
  type SiteId,
  type TrustAnchor,
  type WorkloadId,
} from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  elsewhere,
  entityIn,
  entry,
  historyEnd,
  HQ,
  inventoried,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';
import { hashOf } from '../snapshot/index.ts';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { engineWith } from './engine-harness.fixture.ts';

const CAMERA: DeviceId = 'dev_camera';
const OTHER: DeviceId = 'dev_other';
const ADDRESS = '10.0.3.7';
const fleet = inventoried(
  START,
  entry(CAMERA, ADDRESS, { kind: 'ip_camera' }),
  entry(OTHER, '10.0.3.8', { kind: 'ip_camera' }),
  entry('dev_printer', '10.0.3.9', { kind: 'printer' }),
);
const heard = telemetry([
  connection(START + MINUTE_MS, ADDRESS, '203.0.113.1'),
  connection(START + MINUTE_MS, '10.0.3.8', '203.0.113.1'),
  connection(START + MINUTE_MS, '10.0.3.9', '203.0.113.1'),
  ...elsewhere(START + 2 * MINUTE_MS),
]);
const anchor: TrustAnchor = {
  id: 'a'.repeat(64),
  kind: 'own',
  name: null,
  certificate: '',
  key: 'b'.repeat(64),
  notAfter: START + 3_650 * DAY_MS,
};
const trusting: JournalRecord = { kind: 'trust_anchors', at: START, anchors: [anchor], actor: 'test' };

function held(serial: string, from: number, days: number): HeldCertificate {
  return {
    fingerprint: serial.repeat(32),
    key: serial.repeat(32),
    serial,
    issuer: anchor.key,
    anchor: anchor.id,
    notBefore: from,
    notAfter: from + days * DAY_MS,
    isWeak: false,
  };
}

function issued(at: number, certificate: HeldCertificate, device = CAMERA): JournalRecord {
  return { kind: 'certificate_issued', at, device, certificate, token: null, actor: 'test' };
}

function proof(at: number, certificate: HeldCertificate, facts: Partial<ProofRecord> = {}): ProofRecord {
  return { kind: 'proof', at, device: CAMERA, certificate, problems: [], site: HQ, address: null, ...facts };
}

function revoked(at: number, { fingerprint }: HeldCertificate): JournalRecord {
  return { kind: 'certificate_revoked', at, certificate: fingerprint, actor: 'test', reason: null };
}

const AT = START + HOUR_MS;
const first = held('01', AT, 90);

function begun(...records: readonly JournalRecord[]): Engine {
  return replayed([configured, fleet, ...heard, trusting, historyEnd, clock(AT), ...records]);
}

function identityOf(engine: Engine, id: EntityId = CAMERA) {
  const entity = entityIn(engine, id);
  const names = entity.factors().flatMap(({ name, dimension }) => (dimension === 'identity' ? [name] : []));
  return { level: entity.trustLevel, names: names.sort() };
}

describe('[IDENT-1] who holds a certificate is verified, for as long as nothing speaks against it', () => {
  test('from the moment that it is issued, and only that one', () => {
    const before = begun();
    expect(identityOf(before)).toEqual({ level: 'provisional', names: ['identity_not_assessed'] });
    const engine = begun(issued(AT, first));
    expect(identityOf(engine)).toEqual({ level: 'verified', names: [] });
    expect(entityIn(engine, CAMERA).score).toBeGreaterThan(entityIn(before, CAMERA).score);
    expect(entityIn(engine, CAMERA).confidence).toBeGreaterThan(entityIn(before, CAMERA).confidence);
    expect(entityIn(engine, CAMERA).profile.enrolment).toMatchObject({ by: 'certificate', at: START });
  });

  test('of its kind it is missed from then on, at no more cost; of other kinds it is not', () => {
    const engine = begun(issued(AT, first));
    expect(identityOf(engine, OTHER)).toEqual({ level: 'provisional', names: ['no_cryptographic_identity'] });
    expect(identityOf(engine, 'dev_printer').names).toEqual(['identity_not_assessed']);
    expect(entityIn(engine, OTHER).score).toBe(entityIn(begun(), OTHER).score);
  });

  test('an anchor that is taken away vouches for nobody', () => {
    const engine = begun(issued(AT, first), { kind: 'trust_anchors', at: AT, anchors: [], actor: 'test' });
    expect(identityOf(engine)).toEqual({
      level: 'provisional',
      names: ['certificate_untrusted', 'no_cryptographic_identity'],
    });
  });

  test('each problem of its chain is a reason', () => {
    const engine = begun(proof(AT, first, { problems: ['path_too_long', 'weak_key'] }));
    const untrusted = entityIn(engine, CAMERA)
      .factors()
      .find(({ name }) => name === 'certificate_untrusted');
    expect(untrusted?.evidence.map(({ summary }) => summary)).toEqual([
      'Its chain is longer than an authority allows (RFC 5280 §4.2.1.9)',
    ]);
    expect(identityOf(engine).level).toBe('provisional');
  });
});

describe('[IDENT-8] what was known of a certificate', () => {
  const broken = { ...first, issuer: null, anchor: null };

  test('is not forgotten when it is shown after it expired', () => {
    const engine = begun(issued(AT, first), clock(first.notAfter));
    engine.apply(proof(first.notAfter, broken, { problems: ['expired'] }));
    expect(identityOf(engine).names).toEqual(['certificate_expired', 'no_cryptographic_identity']);
    engine.apply(revoked(first.notAfter + 1, first));
    engine.apply(proof(first.notAfter + 2, broken, { problems: ['untrusted'] }));
    expect(identityOf(engine).names).toContain('revoked_identity_in_use');
  });

  test('goes with it to another device, and leaves the one that had it', () => {
    const engine = begun(proof(AT, first), proof(AT + 1, first, { device: OTHER }));
    expect(identityOf(engine, OTHER)).toEqual({ level: 'verified', names: [] });
    expect(identityOf(engine).names).toEqual(['no_cryptographic_identity']);
  });
});

describe('[IDENT-2] the last third of its life costs a little more every day', () => {
  test('as was foretold, until it expires to the millisecond', () => {
    const engine = begun(issued(AT, first));
    const foretold = entityIn(engine, CAMERA).nextChange();
    expect(foretold?.factors).toEqual(['certificate_expiring']);
    expect(foretold?.milliPoints).toBeLessThan(0);
    expect(foretold?.at).toBeGreaterThan(AT + 60 * DAY_MS);
    const scores = [59, 63, 70, 77, 84, 88].map((day) => {
      engine.apply(clock(AT + day * DAY_MS));
      return (
        entityIn(engine, CAMERA)
          .factors()
          .find(({ name }) => name === 'certificate_expiring')?.p ?? 0
      );
    });
    expect(scores).toEqual([...new Set(scores)].sort((a, b) => a - b));
    engine.apply(clock(first.notAfter - 1));
    expect(identityOf(engine)).toEqual({ level: 'verified', names: ['certificate_expiring'] });
    engine.apply(clock(first.notAfter));
    expect(identityOf(engine)).toEqual({
      level: 'provisional',
      names: ['certificate_expired', 'no_cryptographic_identity'],
    });
  });

  test('a renewal relieves at once', () => {
    const later = AT + 80 * DAY_MS;
    const engine = begun(issued(AT, first), clock(later), issued(later, held('02', later, 90)));
    expect(identityOf(engine)).toEqual({ level: 'verified', names: [] });
  });

  test('who showed its key is missed after thirty days', () => {
    const engine = begun(issued(AT, first), proof(AT, first));
    engine.apply(clock(AT + 30 * DAY_MS - 1));
    expect(identityOf(engine).names).toEqual([]);
    engine.apply(clock(AT + 30 * DAY_MS));
    expect(identityOf(engine).names).toEqual(['identity_not_proven_lately']);
  });

  test('also after it renewed and never used what it got', () => {
    const later = AT + 20 * DAY_MS;
    const engine = begun(issued(AT, first), proof(AT, first), issued(later, held('02', later, 90)));
    engine.apply(clock(later + 30 * DAY_MS - 1));
    expect(identityOf(engine).names).toEqual([]);
    engine.apply(clock(later + 30 * DAY_MS));
    expect(identityOf(engine).names).toEqual(['identity_not_proven_lately']);
  });
});

describe('[IDENT-3] a revoked identity', () => {
  test('is told, and its use is critical', () => {
    const engine = begun(issued(AT, first), revoked(AT + 1, first));
    expect(identityOf(engine)).toEqual({
      level: 'revoked',
      names: ['certificate_revoked', 'no_cryptographic_identity'],
    });
    engine.apply(proof(AT + MINUTE_MS, first, { problems: ['revoked'] }));
    expect(identityOf(engine).names).toContain('revoked_identity_in_use');
    expect(entityIn(engine, CAMERA)).toMatchObject({ riskLevel: 'critical', trustLevel: 'revoked' });
    engine.apply(clock(AT + 8 * DAY_MS));
    expect(identityOf(engine).names).not.toContain('revoked_identity_in_use');
  });

  test("is known by its authority's list too, and a new certificate ends it", () => {
    const list = { issuer: anchor.key, thisUpdate: AT, nextUpdate: null, revoked: [['01', AT]] } as const;
    const engine = begun(proof(AT, first), { kind: 'revocations', at: AT, list, actor: 'test' });
    expect(identityOf(engine).level).toBe('revoked');
    engine.apply(issued(AT + 2, held('02', AT, 90)));
    expect(identityOf(engine)).toEqual({ level: 'verified', names: [] });
  });

  test("stays revoked whatever list comes, newer or older than the operator's word", () => {
    const listed = (thisUpdate: number, ...serials: readonly string[]): JournalRecord => {
      const told = serials.map((each) => [each, thisUpdate] as const);
      const list = { issuer: anchor.key, thisUpdate, nextUpdate: null, revoked: told };
      return { kind: 'revocations', at: AT, list, actor: 'test' };
    };
    const second = held('02', AT, 90);
    const engine = begun(issued(AT, first), issued(AT, second, OTHER), revoked(AT + 5, first));
    engine.apply(listed(AT + 1, '02'));
    expect([identityOf(engine).level, identityOf(engine, OTHER).level]).toEqual(['revoked', 'revoked']);
    engine.apply(listed(AT + 9));
    expect([identityOf(engine).level, identityOf(engine, OTHER).level]).toEqual(['revoked', 'verified']);
    expect([...engine.identities.anchors.revokedBy(anchor.key)]).toEqual([['01', AT + 5]]);
    const written = new WrittenState();
    engine.save(written);
    const again = engineWith();
    again.load(written);
    again.apply(listed(AT + 10));
    expect(identityOf(again).level).toBe('revoked');
  });
});

describe('[IDENT-4] one identity in two places', () => {
  const at = (address: string, minutes: number, site = HQ) =>
    proof(AT + minutes * MINUTE_MS, first, { address: address as Address, site });

  test('is told when its key is to and fro within minutes, more surely over sites', () => {
    const one = begun(issued(AT, first), at(ADDRESS, 1), at('10.0.3.70', 5), at(ADDRESS, 9));
    const two = begun(
      issued(AT, first),
      at(ADDRESS, 1),
      at('10.1.0.1', 5, 'plant' as SiteId),
      at(ADDRESS, 9),
    );
    const [p, more] = [one, two].map(
      (engine) =>
        entityIn(engine, CAMERA)
          .factors()
          .find(({ name }) => name.endsWith('two_places'))?.p ?? 0,
    );
    expect(p).toBeGreaterThan(0);
    expect(more).toBeGreaterThan(p ?? 1);
    one.apply(clock(AT + 9 * MINUTE_MS + DAY_MS));
    expect(identityOf(one).names).toEqual([]);
  });

  test('a move is none, nor a slow way back', () => {
    const moved = begun(
      issued(AT, first),
      at(ADDRESS, 1),
      at('10.0.3.70', 5),
      at('10.0.3.70', 9),
      at(ADDRESS, 60),
    );
    expect(identityOf(moved).names).toEqual([]);
  });
});

test('[IDENT-5] whoever proves its key is who it says, at the address from which it did, whatever others say of that', () => {
  const holder = (engine: Engine, address: string, minutes: number) =>
    engine.directory.find(
      HQ,
      { address: address as Address, port: null, local: null },
      AT + minutes * MINUTE_MS,
    );
  // The inventory has the address for another; a proof beats it for an hour, and says nothing of an hour later.
  const engine = begun(issued(AT, first), proof(AT, first, { address: '10.0.3.8' as Address }));
  expect([0, 59, 60].map((minutes) => holder(engine, '10.0.3.8', minutes))).toEqual([CAMERA, CAMERA, OTHER]);
  // Who fails to prove it is nowhere, and a shared address is nobody's.
  const failed = begun(
    issued(AT, first),
    proof(AT, first, { address: '10.0.3.8' as Address, problems: ['revoked'] }),
    proof(AT, first, { address: '10.9.0.1' as Address }),
  );
  expect(holder(failed, '10.0.3.8', 1)).toBe(OTHER);
  expect(holder(failed, '10.9.0.1', 1)).toBeNull();
  for (const each of telemetry([connection(AT + MINUTE_MS, '10.0.3.8', '203.0.113.50')])) engine.apply(each);
  expect(entityIn(engine, CAMERA).profile.lastSeen).toBe(AT + MINUTE_MS);
});

test('[IDENT-6] a request waits for a decision, and is told to', () => {
  const token = { id: 'tok_1', device: CAMERA, secret: 'c'.repeat(64), expiresAt: AT + DAY_MS };
  const given: JournalRecord = { kind: 'enrolment_token', at: AT, token, actor: 'test', reason: null };
  const asked = {
    kind: 'enrolment_request',
    at: AT,
    request: 'req_1',
    device: CAMERA,
    key: 'd',
    token: 'tok_1',
    actor: 'test',
  } as const;
  const engine = begun(given, asked);
  expect(identityOf(engine)).toEqual({
    level: 'provisional',
    names: ['enrolment_pending', 'identity_not_assessed'],
  });
  expect(engine.identities.desk.token(token.secret, AT)?.id).toBe('tok_1');
  // Who asked in time may wait: another token does not take the request away, nor does time.
  expect(begun(given).identities.desk.token(token.secret, token.expiresAt)).toBeNull();
  expect(engine.identities.desk.token(token.secret, token.expiresAt)?.id).toBe('tok_1');
  const next = { ...token, id: 'tok_2', secret: 'e'.repeat(64), expiresAt: AT + 9 * DAY_MS };
  engine.apply({ ...given, at: AT + 2 * DAY_MS, token: next });
  expect(engine.identities.desk.requests()).toMatchObject([{ id: 'req_1', decision: 'pending' }]);
  expect(engine.identities.desk.tokens(AT + 2 * DAY_MS)).toHaveLength(2);
  engine.apply({
    kind: 'certificate_issued',
    at: AT,
    device: CAMERA,
    certificate: first,
    token: 'tok_1',
    actor: 'test',
  });
  expect(identityOf(engine)).toEqual({ level: 'verified', names: [] });
  expect(engine.identities.desk.token(token.secret, AT)).toBeNull();
  const refused = begun(given, asked, {
    kind: 'enrolment_decision',
    at: AT,
    request: 'req_1',
    approved: false,
    actor: 'test',
    reason: null,
  });
  expect(identityOf(refused).names).toEqual(['identity_not_assessed']);
  expect(refused.identities.desk.isEmpty).toBe(true);
});

test('[IDENT-7] what is known of identities goes on from what was written down', () => {
  const engine = begun(
    issued(AT, first),
    proof(AT, first, { address: ADDRESS as Address }),
    issued(AT, held('03', AT, 5), OTHER),
  );
  engine.apply(revoked(AT + 1, held('03', AT, 5)));
  const written = new WrittenState();
  engine.save(written);
  const again = engineWith();
  again.load(written);
  expect(hashOf(again)).toBe(hashOf(engine));
  for (const each of [engine, again]) {
    each.apply(proof(AT + MINUTE_MS, first, { address: '10.0.3.70' as Address }));
    each.apply(proof(AT + 2 * MINUTE_MS, first, { address: ADDRESS as Address }));
    each.apply(clock(AT + 70 * DAY_MS));
  }
  expect(hashOf(again)).toBe(hashOf(engine));
  expect(identityOf(again)).toEqual(identityOf(engine));
  expect(identityOf(again, OTHER).level).toBe('revoked');
});

describe('[SPIFFE-5] a workload that shows its SPIFFE identity', () => {
  const INDEXER: WorkloadId = 'wkl_indexer';
  const container = { id: INDEXER, kind: 'container', image: null, instances: 3 } as const;
  const host = inventoried(
    START,
    entry('dev_host', '10.0.3.20', { kind: 'vm_host', workloads: [container] }),
  );
  const svid = (serial: string, from: number, minutes: number): HeldCertificate => ({
    ...held(serial, from, 1),
    notAfter: from + minutes * MINUTE_MS,
    svid: 'x509-svid',
  });
  const shown = (at: number, certificate: HeldCertificate, address = '10.0.3.20', device = INDEXER) =>
    proof(at, certificate, { device, address: address as Address });

  test('is verified until that ends, and not a moment is foretold of it but the end', () => {
    const engine = begun(host);
    expect(identityOf(engine, INDEXER)).toEqual({ level: 'provisional', names: ['identity_not_assessed'] });
    engine.apply(shown(AT, svid('0a', AT, 60)));
    expect(identityOf(engine, INDEXER)).toEqual({ level: 'verified', names: [] });
    expect(identityOf(engine, 'dev_host').level).toBe('provisional');
    expect(entityIn(engine, INDEXER).nextChange()?.at).toBe(AT + 60 * MINUTE_MS);
    engine.apply(clock(AT + 60 * MINUTE_MS - 1));
    expect(identityOf(engine, INDEXER)).toEqual({ level: 'verified', names: [] });
    engine.apply(clock(AT + 60 * MINUTE_MS));
    expect(identityOf(engine, INDEXER)).toEqual({
      level: 'provisional',
      names: ['certificate_expired', 'no_cryptographic_identity'],
    });
    engine.apply(shown(AT + 61 * MINUTE_MS, svid('0b', AT + 61 * MINUTE_MS, 60)));
    expect(identityOf(engine, INDEXER)).toEqual({ level: 'verified', names: [] });
  });

  test('may be in many places: its replicas share it, and hold no address', () => {
    const engine = begun(host, shown(AT, svid('0a', AT, 60)));
    for (const [minutes, address] of [
      [1, '10.0.3.21'],
      [2, '10.0.3.20'],
      [3, '10.0.3.21'],
    ] as const)
      engine.apply(shown(AT + minutes * MINUTE_MS, svid('0a', AT, 60), address));
    expect(identityOf(engine, INDEXER).names).toEqual([]);
    const at = { address: '10.0.3.21' as Address, port: null, local: null };
    expect(engine.directory.find(HQ, at, AT + 4 * MINUTE_MS)).toBeNull();
  });

  test('by a token says nothing of where it is', () => {
    const token: HeldCertificate = { ...svid('0c', AT, 5), svid: 'jwt-svid' };
    const engine = begun(host, proof(AT, token, { address: '10.0.3.8' as Address }));
    expect(identityOf(engine).level).toBe('verified');
    const at = { address: '10.0.3.8' as Address, port: null, local: null };
    expect(engine.directory.find(HQ, at, AT + MINUTE_MS)).toBe(OTHER);
  });

  test('[SPIFFE-9] is revoked by its SPIFFE ID, whatever it is given, until it is let in again', () => {
    const spiffeId = 'spiffe://example.org/indexer';
    const mine = (serial: string, from: number) => ({ ...svid(serial, from, 60), spiffeId });
    const word = (minutes: number, isRevoked: boolean): JournalRecord => {
      const at = AT + minutes * MINUTE_MS;
      return { kind: 'workload_revoked', at, spiffeId, isRevoked, actor: 'test', reason: null };
    };
    const other = { ...svid('0d', AT, 60), spiffeId: `${spiffeId}2` };
    const engine = begun(host, shown(AT, mine('0a', AT)), proof(AT, other), word(1, true));
    expect(identityOf(engine, INDEXER)).toEqual({
      level: 'revoked',
      names: ['certificate_revoked', 'no_cryptographic_identity'],
    });
    expect(identityOf(engine).level).toBe('verified');
    // Another one that its trust domain gave it.
    engine.apply(shown(AT + 2 * MINUTE_MS, mine('0b', AT + 2 * MINUTE_MS)));
    expect(identityOf(engine, INDEXER).names).toContain('revoked_identity_in_use');
    const written = new WrittenState();
    engine.save(written);
    const again = engineWith();
    again.load(written);
    expect(hashOf(again)).toBe(hashOf(engine));
    for (const each of [engine, again]) {
      each.apply(word(3, false));
      expect(identityOf(each, INDEXER)).toEqual({ level: 'verified', names: [] });
    }
    expect(hashOf(again)).toBe(hashOf(engine));
  });

  test('goes on from what was written down', () => {
    const engine = begun(host, shown(AT, svid('0a', AT, 60)));
    const written = new WrittenState();
    engine.save(written);
    const again = engineWith();
    again.load(written);
    expect(hashOf(again)).toBe(hashOf(engine));
    expect(identityOf(again, INDEXER)).toEqual({ level: 'verified', names: [] });
  });
});

test('[IDENT-10] what is known of identities is the same in one partition and in three, to the bit', () => {
  const lives: readonly JournalRecord[] = [
    issued(AT, first),
    issued(AT, held('03', AT, 5), OTHER),
    proof(AT + 1, first, { address: ADDRESS as Address }),
    proof(AT + MINUTE_MS, first, { address: '10.0.3.70' as Address }),
    proof(AT + 2 * MINUTE_MS, first, { address: ADDRESS as Address }),
    revoked(AT + 3 * MINUTE_MS, held('03', AT, 5)),
    proof(AT + 4 * MINUTE_MS, held('03', AT, 5), { device: OTHER, problems: ['revoked'] }),
    issued(AT + HOUR_MS, held('04', AT, 90), OTHER),
    clock(AT + 70 * DAY_MS),
    { kind: 'trust_anchors', at: AT + 70 * DAY_MS, anchors: [], actor: 'test' },
    clock(AT + 95 * DAY_MS),
  ];
  const [one, three] = [1, 3].map((partitions) =>
    replayed([configured, fleet, ...heard, trusting, historyEnd, clock(AT)], partitions),
  );
  for (const [step, record] of lives.entries()) {
    const told = [one, three].map((engine) => {
      if (engine === undefined) throw new Error('two engines');
      engine.apply(record);
      const devices = [CAMERA, OTHER, 'dev_printer'] as const;
      const standings = devices.map((id) => engine.identities.standing(id, engine.now));
      const published = devices.map((id) => entityIn(engine, id).factors());
      return {
        identities: hashOf(engine.identities),
        standings,
        published,
        fleet: viewOf(engine).fleet().value,
      };
    });
    expect({ step, told: told[1] }).toEqual({ step, told: told[0] });
  }
});
