import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseIndicator } from './indicator.ts';

function valueOf(text: string): string {
  const found = normaliseIndicator(text);
  return found.ok ? `${found.type} ${found.value}` : found.message;
}

const SHA256 = 'a'.repeat(63) + '1';

describe('[THREAT-NORM-1] whatever the spelling, an indicator is found under one value', () => {
  test.each([
    ['185.234.47.21', 'ip 185.234.47.21'],
    ['185[.]234[.]47[.]21', 'ip 185.234.47.21'],
    ['185(.)234{.}47[dot]21', 'ip 185.234.47.21'],
    ['185\\.234\\.47\\.21', 'ip 185.234.47.21'],
    ['hxxp://185[.]234[.]47[.]21:8080/gate.php', 'ip 185.234.47.21'],
    ['185.234.47.21:443', 'ip 185.234.47.21'],
    ['185[.]234[.]47[.]21/32', 'ip 185.234.47.21'],
    ['2A00:1450:4001:0::200E/128', 'ip 2a00:1450:4001::200e'],
    ['::ffff:185.234.47.21/128', 'ip 185.234.47.21'],
    ['185.234.47.21.', 'ip 185.234.47.21'],
    ['"185.234.47.21",', 'ip 185.234.47.21'],
    ['::ffff:185.234.47.21', 'ip 185.234.47.21'],
    ['２.３.４.５', 'ip 2.3.4.5'],
    ['2A00:1450:4001:0::200E', 'ip 2a00:1450:4001::200e'],
    ['2a00[:]1450[:]4001[:][:]200e', 'ip 2a00:1450:4001::200e'],
    ['[2a00:1450:4001::200e]:443', 'ip 2a00:1450:4001::200e'],
    ['https://[2a00:1450:4001::200e]/x', 'ip 2a00:1450:4001::200e'],
    ['fe80::1%eth0', 'ip fe80::1'],
    ['2a00:1450::', 'ip 2a00:1450::'],
    ['Evil.Example.ORG.', 'domain evil.example.org'],
    ['hxxps[://]evil[.]example[.]org/path?x=1', 'domain evil.example.org'],
    ['evil.example.org/path', 'domain evil.example.org'],
    ['ev\u200bil.example\u00ad.org', 'domain evil.example.org'],
    ['http://user:pw@evil.example.org:81/', 'domain evil.example.org'],
    ['bücher.example.org', 'domain xn--bcher-kva.example.org'],
    ['XN--BCHER-KVA.example.org', 'domain xn--bcher-kva.example.org'],
    ['_dmarc.example.org', 'domain _dmarc.example.org'],
    [SHA256.toUpperCase(), `hash ${SHA256}`],
    ['1'.repeat(32), `hash ${'1'.repeat(32)}`],
  ])('%s', (text, expected) => {
    expect(valueOf(text)).toBe(expected);
  });

  test('says what was written, where that differs', () => {
    expect(normaliseIndicator('1[.]1[.]1[.]1')).toMatchObject({
      value: '1.1.1.1',
      normalizedFrom: '1[.]1[.]1[.]1',
    });
    expect(normaliseIndicator('1.1.1.1')).not.toHaveProperty('normalizedFrom');
  });

  test('every address in every defanged spelling', () => {
    const dot = fc.constantFrom('.', '[.]', '(.)', '{.}', '[dot]', '\\.');
    const around = fc.constantFrom<(host: string) => string>(
      (host) => host,
      (host) => ` ${host} `,
      (host) => `hxxp://${host}/a/b`,
      (host) => `${host}:8443`,
      (host) => `\u200b${host}.`,
    );
    fc.assert(
      fc.property(fc.ipV4(), dot, around, (address, between, wrap) => {
        expect(valueOf(wrap(address.split('.').join(between)))).toBe(`ip ${address}`);
      }),
    );
  });

  test('every domain in upper case, defanged, as a URL', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const expected = `domain ${domain.toLowerCase()}`;
        expect(valueOf(domain.toUpperCase())).toBe(expected);
        expect(valueOf(`hxxps://${domain.replaceAll('.', '[.]')}/`)).toBe(expected);
      }),
    );
  });

  test('normalising twice changes nothing, and no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normaliseIndicator(text);
        const again = once.ok ? valueOf(once.value) : valueOf(text);
        expect(again).toBe(valueOf(text));
      }),
    );
  });
});

describe('[THREAT-NORM-2] what could mean two things is refused with what is allowed', () => {
  test.each([
    ['010.1.1.1', 'leading zero'],
    ['http://010.1.1.1/', 'leading zero'],
    ['0x7f.1', 'four decimal octets'],
    ['127.1', 'four decimal octets'],
    ['2130706433', 'four decimal octets'],
    ['1.2.3.256', 'four decimal octets'],
    ['10.0.0.0/8', 'is a network'],
    ['93.184.216.34/31', 'is a network'],
    ['10.0.0.0/33', 'is a network'],
    ['2a00:1450::/32', 'is a network'],
    ['::ffff:93.184.216.0/120', 'is a network'],
    ['::ffff:93.184.216.0/24', 'is a network'],
    ['someone@example.org', 'mail address'],
    ['localhost', 'not an address'],
    ['', 'is empty'],
    ['a b', 'not an address'],
    ['x'.repeat(3_000), 'longer than'],
  ])('%s', (text, problem) => {
    const found = normaliseIndicator(text);
    expect(found.ok).toBe(false);
    expect(valueOf(text)).toContain(problem);
    expect(valueOf(text)).toContain('Allowed: one IP address, domain name or SHA-256 hash');
  });
});

test('[THREAT-SPECIAL-1] private and reserved addresses and the empty file have no reputation', () => {
  const special = [
    '10.0.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '127.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    'fe80::1',
    'fd00::1',
    '::1',
  ];
  for (const text of special) expect(normaliseIndicator(text)).toMatchObject({ ok: true, special: true });
  for (const text of ['8.8.8.8', '203.0.113.9', '2a00:1450::1', 'example.org']) {
    expect(normaliseIndicator(text)).toMatchObject({ ok: true, special: false });
  }
  expect(normaliseIndicator('d41d8cd98f00b204e9800998ecf8427e')).toMatchObject({ special: true });
});
