import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tenant, tenantOf } from '../fleet.fixture.ts';
import { newKeyFolder, openKeyFolder } from '../key-holder/key-folder.ts';
import { joinFleet, openSite } from '../site/site-folder.ts';
import { agreementText, readAgreement } from './agreement.ts';

describe('an agreement', () => {
  let tenant: Tenant;
  let other: Tenant;
  beforeAll(async () => {
    [tenant, other] = await Promise.all([tenantOf(2), tenantOf(1)]);
  });
  afterAll(() => Promise.all([tenant.end(), other.end()]));

  it('[AGG-AGREE-1] is read as it was written; one that anybody changed is refused with what to do', () => {
    const text = agreementText(tenant.agreement);
    expect(agreementText(readAgreement(text))).toBe(text);
    const changed = (change: (agreement: Record<string, unknown>) => void): string => {
      const agreement = JSON.parse(text) as Record<string, unknown>;
      change(agreement);
      return JSON.stringify(agreement);
    };
    for (const [wrong, message] of [
      ['{', 'not JSON'],
      ['null', 'content is not as it should be'],
      [changed((agreement) => (agreement['minimumGroup'] = 2)), 'was changed'],
      [changed((agreement) => (agreement['tenant'] = 'another')), 'was changed'],
      [changed((agreement) => (agreement['roundMs'] = 1)), 'roundMs'],
      [changed((agreement) => (agreement['publicKey'] = other.agreement.publicKey)), 'was changed'],
      [changed((agreement) => (agreement['extra'] = 1)), 'extra'],
      [
        changed((agreement) =>
          (agreement['sites'] as { key: string }[]).push({ ...tenant.agreement.sites[0] } as never),
        ),
        'twice',
      ],
      [
        changed(
          (agreement) =>
            (((agreement['sites'] as { key: string }[])[0] ?? { key: '' }).key = 'MCowBQYDK2VwAyEA'),
        ),
        'Ed25519',
      ],
    ] as const) {
      expect(() => readAgreement(wrong)).toThrow(message);
    }
  });

  it('[AGG-AGREE-2] is believed by a site only with the credential that is for it', async () => {
    const dir = join(tenant.dir, 'site-0');
    const credential = await readFile(join(dir, 'credential.json'), 'utf8');
    const agreement = agreementText(tenant.agreement);
    const ofOther = await readFile(join(other.dir, 'site-0', 'credential.json'), 'utf8');
    await expect(joinFleet(dir, { credential: ofOther, agreement })).rejects.toThrow(
      'fetch both from the key holder',
    );
    await expect(joinFleet(dir, { credential: '{}', agreement })).rejects.toThrow('no credential');
    const without = agreementText({ ...tenant.agreement, sites: [] });
    await expect(joinFleet(dir, { credential, agreement: without })).rejects.toThrow('does not name it');
    expect((await openSite(dir)).site).toBe('site-0');
  });

  it('[AGG-KEYS-1] has its secret key in a folder for its owner alone, and is never made over another', async () => {
    const dir = join(tenant.dir, 'key-holder');
    const modes = await Promise.all(
      ['', 'secret.key', 'keys.json'].map(async (name) => (await stat(join(dir, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const founding = {
      tenant: 'acme',
      minimumGroup: 20,
      roundMs: 3_600_000,
      cohorts: tenant.agreement.cohorts,
    };
    await expect(newKeyFolder(dir, founding, () => new Uint8Array(32))).rejects.toThrow(
      'has a secret key already',
    );
    await chmod(join(dir, 'secret.key'), 0o640);
    await expect(openKeyFolder(dir)).rejects.toThrow('chmod 600');
    await chmod(join(dir, 'secret.key'), 0o600);
  });
});

describe('a site', () => {
  it('[AGG-SITE-1] gives one report a round: asked again, the same bytes', async () => {
    const tenant = await tenantOf(1);
    const first = await tenant.report(0, []);
    expect((await tenant.report(0, [])).bytes).toEqual(first.bytes);
    const reopened = await openSite(join(tenant.dir, 'site-0'));
    const again = await reopened.report(new Float64Array(4_096), first.header.round);
    expect(Buffer.compare(again.bytes, first.bytes)).toBe(0);
    const next = await reopened.report(new Float64Array(4_096), first.header.round + 1);
    expect(Buffer.compare(next.ciphertext, first.ciphertext)).not.toBe(0);
    expect(next.bytes.length).toBe(first.bytes.length);
    await tenant.end();
  });
});
