import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { heldKey, newAuthority, newKey, pem, revocationList } from '../src/pki/index.ts';
import { type Answer, EVENT, OpensslFolder, serveOverTls, type StanceOverTls, using } from './tls.fixture.ts';

const INVENTORY = `inventory:
  - { id: dev_cam_lobby, kind: ip_camera, addresses: [10.0.3.7] }
  - { id: dev_cam_yard, kind: ip_camera, addresses: [10.0.3.8], host_names: [yard.example.com] }
`;
const ANYTHING = '/CN=anything';

let dir: string;
let files: OpensslFolder;
let running: StanceOverTls;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-est-'));
  files = new OpensslFolder(dir);
});
afterEach(async () => {
  await running.close();
  rmSync(dir, { recursive: true });
});

type Started = StanceOverTls['operations'];

async function started(identity: string): Promise<StanceOverTls> {
  running = await serveOverTls(files, { inventory: INVENTORY, config: `identity: ${identity}` });
  return running;
}

const CSR = ['-H', 'content-type: application/pkcs10'];

function enrol(name: string, secret: string) {
  return running.curl(
    '/.well-known/est/simpleenroll',
    ...CSR,
    '-u',
    `device:${secret}`,
    '--data-binary',
    `@${name}.b64`,
  );
}

function renew(name: string, ...as: readonly string[]) {
  return running.curl('/.well-known/est/simplereenroll', ...CSR, ...as, '--data-binary', `@${name}.b64`);
}

function send(...as: readonly string[]) {
  return running.curl(
    '/v1/events',
    '-H',
    'content-type: application/x-ndjson',
    ...as,
    '--data-binary',
    EVENT,
  );
}

function certificatesOf({ body }: Answer, into: string): string {
  writeFileSync(join(dir, 'message.p7'), Buffer.from(body.toString(), 'base64'));
  writeFileSync(
    join(dir, into),
    files.openssl('pkcs7', '-inform', 'DER', '-in', 'message.p7', '-print_certs'),
  );
  return into;
}

function filesBelow(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

describe('[EST-1][EST-2] a device enrols, proves its key, renews and is revoked', () => {
  test('with curl and openssl', async () => {
    const { operations, data } = await started('{}');
    const posture = async () => {
      const outcome = (await operations.ask({
        tool: 'get_device_posture',
        input: { device_id: 'dev_cam_lobby' },
        asker: 'test',
      })) as {
        answer: { trust_level: string; risk_level: string };
      };
      return outcome.answer;
    };
    files.request('first', ANYTHING);
    expect((await enrol('first', 'nothing')).status).toBe(404);
    await operations.enrol_authority({ name: 'Test', again: false, actor: 'test' });
    const given = { device: 'dev_cam_lobby', hours: 1, actor: 'test', reason: null };
    const { secret } = await operations.enrol_token(given);
    const roots = certificatesOf(await running.curl('/.well-known/est/cacerts'), 'roots.pem');

    expect((await enrol('first', 'nothing')).status).toBe(401);
    const answer = await enrol('first', secret);
    expect([answer.status, answer.headers]).toEqual([200, expect.stringContaining('application/pkcs7-mime')]);
    const leaf = certificatesOf(answer, 'first.pem');
    expect(
      files.openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', roots, leaf),
    ).toContain('OK');
    expect(files.openssl('x509', '-in', leaf, '-noout', '-subject')).toContain('CN = dev_cam_lobby');
    expect(await posture()).toMatchObject({ trust_level: 'verified' });
    expect((await enrol('first', secret)).status).toBe(401);

    expect((await send()).status).toBe(401);
    expect((await send(...using('first'))).status).toBe(200);
    await expect(operations.enrol_list({})).resolves.toMatchObject({
      devices: [{ device: 'dev_cam_lobby', state: 'enrolled', problems: [] }],
    });

    files.request('second', ANYTHING);
    expect((await renew('second')).status).toBe(401);
    const renewed = await renew('second', ...using('first'));
    expect(renewed.status).toBe(200);
    certificatesOf(renewed, 'second.pem');
    expect((await send(...using('second'))).status).toBe(200);

    await operations.enrol_revoke({ whose: 'dev_cam_lobby', actor: 'test', reason: 'stolen' });
    expect(await posture()).toMatchObject({ trust_level: 'revoked' });
    expect((await send(...using('second'))).status).toBe(403);
    expect((await renew('second', ...using('second'))).status).toBe(403);
    expect(await posture()).toMatchObject({ trust_level: 'revoked', risk_level: 'critical' });
    writeFileSync(join(dir, 'list.der'), (await running.curl('/.well-known/est/crl')).body);
    const refused = spawnSync(
      'openssl',
      ['verify', '-crl_check', '-CRLfile', 'list.der', '-CAfile', roots, 'second.pem'],
      { cwd: dir, encoding: 'utf8' },
    );
    expect(`${refused.stdout}${refused.stderr}`).toContain('certificate revoked');

    expect(running.faults).toEqual([]);
    // [EST-2] Nothing secret is anywhere but in the authority's own folder.
    const outside = filesBelow(data).filter((each) => !each.includes('/authority/'));
    for (const file of outside) {
      const bytes = readFileSync(file);
      for (const canary of ['PRIVATE KEY', secret])
        expect({ file, canary, has: bytes.includes(canary) }).toEqual({ file, canary, has: false });
    }
    expect(statSync(join(data, 'authority')).mode & 0o077).toBe(0);
    for (const name of readdirSync(join(data, 'authority')))
      expect(statSync(join(data, 'authority', name)).mode & 0o077).toBe(0);
    expect(
      outside.some((file) => readFileSync(file).includes(createHash('sha256').update(secret).digest('hex'))),
    ).toBe(true);
  }, 60_000);

  test('[EST-9] whichever comes first, a renewal that races a revocation leaves nothing in force', async () => {
    const { operations } = await started('{}');
    await operations.enrol_authority({ name: null, again: false, actor: 'test' });
    const revoke = () => operations.enrol_revoke({ whose: 'dev_cam_yard', actor: 'test', reason: null });
    for (const [round, delayMs] of [0, 15, 30, 60].entries()) {
      const asked = { device: 'dev_cam_yard', hours: 1, actor: 'test', reason: null };
      const { secret } = await operations.enrol_token(asked);
      const [had, next] = [`had${round}`, `next${round}`];
      files.request(had, ANYTHING);
      files.request(next, ANYTHING);
      certificatesOf(await enrol(had, secret), `${had}.pem`);
      const renewing = renew(next, ...using(had));
      await new Promise((done) => setTimeout(done, delayMs));
      await revoke();
      const { status } = await renewing;
      expect([200, 403]).toContain(status);
      // What was given out before the word is revoked by it, and after it nothing is given out.
      const { devices } = await operations.enrol_list({});
      const state = devices.find(({ device }) => device === 'dev_cam_yard')?.state;
      expect(state).toBe('revoked');
      expect((await send(...using(had))).status).toBe(403);
    }
    expect(running.faults).toEqual([]);
  }, 60_000);

  test('[EST-3] where an operator decides it waits, and keeps its key', async () => {
    const { operations } = await started('{ approval: manual, certificate_days: 30 }');
    await operations.enrol_authority({ name: null, again: false, actor: 'test' });
    const { secret } = await operations.enrol_token({
      device: 'dev_cam_yard',
      hours: 1,
      actor: 'test',
      reason: null,
    });
    files.request('mine', ANYTHING);
    files.request('other', ANYTHING);
    const waiting = await enrol('mine', secret);
    expect([waiting.status, waiting.headers.toLowerCase()]).toEqual([
      202,
      expect.stringContaining('retry-after: 60'),
    ]);
    expect((await enrol('other', secret)).status).toBe(403);
    const { requests } = await operations.enrol_list({});
    expect(requests).toMatchObject([{ device: 'dev_cam_yard', decision: 'pending' }]);
    await operations.enrol_decide({
      request: requests[0]?.id ?? '',
      approved: true,
      actor: 'test',
      reason: null,
    });
    const answer = await enrol('mine', secret);
    expect(answer.status).toBe(200);
    certificatesOf(answer, 'mine.pem');
    expect(files.openssl('x509', '-in', 'mine.pem', '-noout', '-checkend', String(29 * 86_400))).toContain(
      'will not expire',
    );
    const nonsense = async (password: string) =>
      (
        await running.curl(
          '/.well-known/est/simpleenroll',
          ...CSR,
          '-u',
          `x:${password}`,
          '--data-binary',
          'aGVsbG8=',
        )
      ).status;
    const { secret: another } = await operations.enrol_token({
      device: 'dev_cam_yard',
      hours: 1,
      actor: 'test',
      reason: null,
    });
    // Of whoever has no token nothing is read.
    expect([await nonsense(another), await nonsense(secret)]).toEqual([400, 401]);
  }, 60_000);
});

/** An authority of somebody else's: all are called the same. */
function rootOf(name: string): void {
  files.authority(name, '/O=Customer/CN=Root');
}

function issued(name: string, by: string, subject: string): void {
  files.issued(name, by, subject, 'subjectAltName=DNS:yard.example.com');
}

test("[EST-4] a certificate of the customer's own PKI is believed where its chain holds, and of a known device", async () => {
  const { operations } = await started('{}');
  rootOf('root');
  rootOf('evil');
  issued('yard', 'root', '/CN=yard');
  issued('forged', 'evil', '/CN=dev_cam_yard');
  expect((await send(...using('yard'))).status).toBe(403);
  await operations.trust_anchors_import({
    path: join(dir, 'root.pem'),
    kind: 'customer',
    name: 'corp',
    trustDomain: null,
    actor: 'test',
  });
  expect((await send(...using('forged'))).status).toBe(403);
  expect((await send(...using('yard'))).status).toBe(200);
  const { devices } = await operations.enrol_list({});
  expect(devices).toMatchObject([{ device: 'dev_cam_yard', state: 'enrolled', problems: [] }]);
  const shown = await operations.ask({
    tool: 'get_device_posture',
    input: { device_id: 'dev_cam_yard' },
    asker: 'test',
  });
  expect(shown).toMatchObject({ answer: { trust_level: 'verified' } });
  expect(running.faults).toEqual([]);
}, 60_000);

describe('[EST-6] an authority vouches for no more than it should', () => {
  const trust = (operations: Started, kind: 'customer' | 'vendor') =>
    operations.trust_anchors_import({
      path: join(dir, 'root.pem'),
      kind,
      name: null,
      trustDomain: null,
      actor: 'test',
    });

  test('a maker for no name of the fleet', async () => {
    const { operations } = await started('{}');
    rootOf('root');
    issued('yard', 'root', '/CN=dev_cam_yard');
    await trust(operations, 'vendor');
    expect((await send(...using('yard'))).status).toBe(403);
  }, 60_000);

  test('none of others for a certificate of ours, where an operator decides', async () => {
    const { operations } = await started('{ approval: manual }');
    await operations.enrol_authority({ name: null, again: false, actor: 'test' });
    rootOf('root');
    issued('yard', 'root', '/CN=dev_cam_yard');
    await trust(operations, 'customer');
    files.request('next', ANYTHING);
    expect((await send(...using('yard'))).status).toBe(200);
    expect((await renew('next', ...using('yard'))).status).toBe(403);
  }, 60_000);

  test('the inventory has the word whose it is, and may take it back', async () => {
    const { operations } = await started('{}');
    rootOf('root');
    issued('any', 'root', '/CN=any');
    await trust(operations, 'vendor');
    const hex = files
      .openssl('x509', '-in', 'any.pem', '-noout', '-fingerprint', '-sha256')
      .split('=')[1]
      ?.trim();
    const inventory = async (lobby: string, yard: string) => {
      const entry = (id: string, address: string, has: string) =>
        `  - { id: ${id}, kind: ip_camera, addresses: [${address}]${has} }\n`;
      const text = `inventory:\n${entry('dev_cam_lobby', '10.0.3.7', lobby)}${entry('dev_cam_yard', '10.0.3.8', yard)}`;
      writeFileSync(join(dir, 'next.yaml'), text);
      await operations.inventory_import({
        path: join(dir, 'next.yaml'),
        dryRun: false,
        replace: false,
        device: null,
        actor: 'test',
      });
    };
    const owners = async () => {
      const { devices } = await operations.enrol_list({});
      return devices.flatMap(({ device, certificate }) => (certificate === null ? [] : [device]));
    };
    const listed = `, certificates: ["${hex}"]`;
    await inventory(listed, '');
    expect((await send(...using('any'))).status).toBe(200);
    expect(await owners()).toEqual(['dev_cam_lobby']);
    await inventory('', listed);
    expect((await send(...using('any'))).status).toBe(200);
    expect(await owners()).toEqual(['dev_cam_yard']);
    await inventory('', '');
    expect((await send(...using('any'))).status).toBe(403);
    expect((await operations.enrol_list({})).devices).toMatchObject([
      { device: 'dev_cam_yard', problems: ['name_mismatch'] },
    ]);
    expect(running.faults).toEqual([]);
  }, 60_000);
});

test('[EST-7] a revoked device has no certificate left, however often it renewed', async () => {
  const { operations } = await started('{}');
  await operations.enrol_authority({ name: null, again: false, actor: 'test' });
  const given = { device: 'dev_cam_lobby', hours: 1, actor: 'test', reason: null };
  const { secret } = await operations.enrol_token(given);
  files.request('mine', ANYTHING);
  certificatesOf(await enrol('mine', secret), 'mine.pem');
  for (let held = 1; held < 8; held += 1) expect((await renew('mine', ...using('mine'))).status).toBe(200);
  // The ninth would be remembered in the place of the first, which is in force.
  expect((await renew('mine', ...using('mine'))).status).toBe(409);
  expect((await send(...using('mine'))).status).toBe(200);
  const list = async () => (await running.curl('/.well-known/est/crl')).body.toString('hex');
  const before = await list();
  expect(await list()).toBe(before);
  const revoking = operations.enrol_revoke({ whose: 'dev_cam_lobby', actor: 'test', reason: null });
  expect((await revoking).certificates).toHaveLength(8);
  expect(await list()).not.toBe(before);
  expect((await send(...using('mine'))).status).toBe(403);
  const { secret: again } = await operations.enrol_token(given);
  certificatesOf(await enrol('mine', again), 'again.pem');
  expect((await send('--cert', 'again.pem', '--key', 'mine.key')).status).toBe(200);
  expect((await send(...using('mine'))).status).toBe(403);
}, 60_000);

test('[EST-7] of what this authority issued only that is believed which is on record', async () => {
  const { operations, data } = await started('{}');
  await operations.enrol_authority({ name: null, again: false, actor: 'test' });
  for (const [from, to] of [
    ['authority.pem', 'own.pem'],
    ['authority.key.pem', 'own.key'],
  ] as const)
    writeFileSync(join(dir, to), readFileSync(join(data, 'authority', from)));
  issued('forgotten', 'own', '/CN=dev_cam_lobby');
  expect((await send(...using('forgotten'))).status).toBe(403);
}, 60_000);

describe('[EST-8] an authority and its lists', () => {
  test('are made once, and believed again only where that is said', async () => {
    const { operations } = await started('{}');
    const wish = { name: null, again: false, actor: 'test' };
    const [one, two] = await Promise.all([
      operations.enrol_authority(wish),
      operations.enrol_authority(wish),
    ]);
    expect([one.made, two.made, one.id === two.id]).toEqual([true, false, true]);
    await operations.trust_anchors_remove({ anchor: one.id, actor: 'test' });
    await expect(operations.enrol_authority(wish)).rejects.toMatchObject({ code: 'authority_removed' });
    expect((await operations.trust_anchors_list({})).anchors).toEqual([]);
    await operations.enrol_authority({ ...wish, again: true });
    expect((await operations.trust_anchors_list({})).anchors).toMatchObject([{ id: one.id }]);
  }, 60_000);

  test('an older list than the known one is refused in words', async () => {
    const { operations } = await started('{}');
    const now = Date.now();
    const authority = await newAuthority('Others', heldKey(newKey(randomBytes)), now, randomBytes);
    const write = (name: string, bytes: Buffer | string) => {
      writeFileSync(join(dir, name), bytes);
      return { path: join(dir, name), actor: 'test' };
    };
    const anchors = write('others.pem', pem('CERTIFICATE', authority.certificate.der));
    await operations.trust_anchors_import({ ...anchors, kind: 'customer', name: null, trustDomain: null });
    await operations.trust_revocations_import(
      write('new.crl', await revocationList(authority, [['41', now]], now)),
    );
    const older = write('old.crl', await revocationList(authority, [], now - 60_000));
    await expect(operations.trust_revocations_import(older)).rejects.toMatchObject({ code: 'older_list' });
  }, 60_000);
});
