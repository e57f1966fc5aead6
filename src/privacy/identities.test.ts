import { describe, expect, test } from 'vitest';
import type { Fleet, Provenance } from '../model/index.ts';
import { createNameGate, createSealer, deriveKeys, type Sealer } from './index.ts';

const DOMAINS: Fleet['domains'] = { acme: 'acmecorp.com', 'acme.local': 'acmecorp.com' };

function sealer(domains = DOMAINS): Sealer {
  return createSealer({ keys: deriveKeys(new Uint8Array(32).fill(1), 1), gate: createNameGate(), domains });
}

describe('[PRV-4] an account', () => {
  test('is the same person in all its forms', () => {
    const forms = [
      'sarah@acmecorp.com',
      'Sarah@ACME',
      'ACME\\sarah',
      'acme.local\\SARAH',
      'sarah@ACME.LOCAL',
      'sarah/ACME.LOCAL',
      'sarah',
    ];
    const prints = forms.map((form) => sealer().accountFingerprint(form));
    expect(new Set(prints.map((account) => account?.fingerprint)).size).toBe(1);
    expect(new Set(prints.map((account) => account?.nature))).toEqual(new Set(['person']));
  });

  test('of another domain, of a machine of its own, or of no known domain is another', () => {
    const forms = ['sarah', 'OTHER\\sarah', 'sarah@other.com', '.\\sarah', 'sarah/admin@ACME.LOCAL'];
    expect(new Set(forms.map((form) => sealer().accountFingerprint(form)?.fingerprint)).size).toBe(
      forms.length,
    );
    const two = sealer({ a: 'a.com', b: 'b.com' });
    expect(two.accountFingerprint('sarah')).not.toEqual(two.accountFingerprint('A\\sarah'));
  });

  test.each([
    ['WS1$', 'machine'],
    ['WS1$/ACME.LOCAL', 'machine'],
    ['ACME\\WS1$', 'machine'],
    ['krbtgt/ACME.LOCAL', 'service'],
    ['krbtgt/ACME.LOCAL@ACME.LOCAL', 'service'],
    ['cifs/db1.acme.local', 'service'],
    ['host/db1.acme.local@ACME.LOCAL', 'service'],
    ['NT AUTHORITY\\SYSTEM', 'service'],
    ['sarah.k@acmecorp.com', 'person'],
  ])('%s is a %s', (text, nature) => {
    expect(sealer().accountFingerprint(text)?.nature).toBe(nature);
  });

  test.each([
    '',
    ' ',
    '-',
    'anonymous',
    'ANONYMOUS LOGON',
    'NT AUTHORITY\\ANONYMOUS LOGON',
    'Guest',
    'ACME\\guest',
  ])('%j is nobody', (text) => {
    expect(sealer().accountFingerprint(text)).toBeNull();
  });

  test('named like a property of every object is an ordinary one', () => {
    expect(sealer().accountFingerprint('constructor\\toString')?.nature).toBe('person');
  });
});

describe('a machine', () => {
  test('is known by its MAC in every notation, with its vendor unless the MAC is randomised', () => {
    const forms = ['00:1B:44:11:3a:b7', '00-1b-44-11-3a-b7', '001b.4411.3ab7'];
    const macs = forms.map((form) => sealer().sealMac(form));
    expect(new Set(macs.map((mac) => mac?.fingerprint)).size).toBe(1);
    expect(macs[0]?.vendor).toBe('00:1b:44');
    expect(sealer().sealMac('02:1b:44:11:3a:b7')?.vendor).toBeNull();
  });

  test.each([
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:00:5e:00:00:fb',
    '33:33:00:00:00:01',
    'aa:bb',
    'zz:1b:44:11:3a:b7',
  ])('is not known by %s', (text) => {
    expect(sealer().sealMac(text)).toBeNull();
  });

  test('is known by its host name, long or short', () => {
    expect(sealer().sealHostName('CAM-7')).toBe(sealer().sealHostName('cam-7.acme.com'));
    expect(sealer().sealHostName('localhost')).toBeNull();
  });

  test('gets the same opaque id for the same evidence at the same site only', () => {
    const ids = (['mac', 'host_name'] as const).flatMap((kind) =>
      ['main', 'branch'].map((site) => sealer().deviceIdFrom(kind, site as Provenance['site'], 'f00')),
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^dev_[0-9a-hjkmnp-tv-z]{10}$/);
    expect(sealer().deviceIdFrom('mac', 'main' as Provenance['site'], 'f00')).toBe(ids[0]);
  });
});
