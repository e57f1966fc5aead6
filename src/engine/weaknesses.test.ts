import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, type JournalRecord, LIMITS } from '../model/index.ts';
import {
  advised,
  configured,
  connection,
  entityIn,
  entry,
  installed,
  inventoried,
  replayed,
  START,
  telemetry,
  told,
  viewOf,
  vulnerability,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const CVE = 'CVE-2026-0009';
const AT = START + DAY_MS;
const base: readonly JournalRecord[] = [
  configured,
  inventoried(
    START,
    entry('dev_gateway', '10.0.0.1', {
      kind: 'firewall',
      manufacturer: 'Fortinet',
      model: 'FortiGate 60F',
      firmware: '7.2.4',
    }),
    entry('dev_other', '10.0.0.2'),
  ),
  ...telemetry([connection(AT - 1, '10.0.0.1', '10.0.0.2')]),
];
const exploited = told(AT, {
  exploited: { version: '1', released: AT, entries: [{ cve: CVE, added: AT, ransomware: false }] },
});
function forecast(probability: number, day = 0): JournalRecord {
  const scored = AT + day * DAY_MS;
  return told(AT, { forecast: { modelVersion: 'v1', scored, cves: [CVE], probabilities: [probability] } });
}
function lifecycle(ends: number | null, latest: string | null): JournalRecord {
  const cycles = [{ cycle: '7.2', ends, ended: false, latest }];
  return told(AT, { lifecycles: [{ product: 'fortios', keys: ['product/fortios'], cycles }] });
}

function after(...records: readonly JournalRecord[]): Engine {
  return replayed([...base, ...records]);
}

function factor(engine: Engine, name: string) {
  return entityIn(engine, 'dev_gateway')
    .factors()
    .find((each) => each.name === name);
}

function p(engine: Engine, name = 'vulnerability'): number {
  return factor(engine, name)?.p ?? 0;
}

describe('[VULN-SCORE-1] what is installed and weak costs points, and says why', () => {
  const engine = after(advised(AT, '1.5'), installed(AT, 'dev_gateway', '1.0'));

  test('with the evidence of the match', () => {
    expect(factor(engine, 'vulnerability')?.evidence).toEqual([
      {
        summary: `${CVE}, CVSS 9.8, thing 1.0, osv GHSA-thing (by package, npm order, confidence high), mended in 1.5`,
        at: AT,
        sensor: null,
        uid: null,
        communityId: null,
        count: null,
        subject: CVE,
      },
    ]);
    expect(entityIn(engine, 'dev_other').factorNames).not.toContain('vulnerability');
  });

  test('in whatever order advisory and bill come', () => {
    const other = after(installed(AT, 'dev_gateway', '1.0'), advised(AT, '1.5'));
    expect(p(other)).toBe(p(engine));
    expect(p(engine)).toBeGreaterThan(0);
  });

  test('until the part is mended, or the advisory is withdrawn', () => {
    const weak = [advised(AT, '1.5'), installed(AT, 'dev_gateway', '1.0')];
    expect(p(after(...weak, installed(AT + 1, 'dev_gateway', '1.5')))).toBe(0);
    expect(p(after(...weak, advised(AT + 1, '1.5', { withdrawn: true })))).toBe(0);
  });

  test('not where it cannot be decided, or the maker says no; both are shown', () => {
    const odd = after(advised(AT, '1.5'), installed(AT, 'dev_gateway', 'one'));
    const products = [{ key: 'npm/thing', naming: 'purl', order: 'npm' }] as const;
    const statement = {
      document: 'vex',
      vulnerabilities: [CVE],
      at: AT,
      cvss: null,
      products,
      justification: 'x',
    };
    const denied = after(
      advised(AT, '1.5'),
      installed(AT, 'dev_gateway', '1.0'),
      told(AT, { statements: [{ ...statement, status: 'not_affected' }] }),
    );
    for (const [each, status] of [
      [odd, 'indeterminate'],
      [denied, 'not_affected'],
    ] as const) {
      expect(p(each)).toBe(0);
      expect(entityIn(each, 'dev_gateway').vulnerabilities()).toMatchObject([
        { cve: CVE, match: { status } },
      ]);
    }
  });

  test.each([
    ['another maker', { manufacturer: 'Acme', model: 'FortiGate 60F' }],
    ['another model', { manufacturer: null, model: 'Wall' }],
  ])('%s in the inventory is looked at again, as if it had been so from the beginning', (_, machine) => {
    const intervals = [{ from: null, before: '7.2.5', upTo: null }];
    const product = { key: 'product/fortios', order: 'firmware', vendor: 'Fortinet', intervals } as const;
    const record = advised(AT, '', { products: [{ ...product, naming: 'product' }] });
    const other = inventoried(
      AT + 1,
      entry('dev_gateway', '10.0.0.1', { kind: 'firewall', firmware: '7.2.4', ...machine }),
    );
    expect(p(after(record))).toBeGreaterThan(0);
    expect(p(after(record, other))).toBe(p(after(other, record)));
    expect(p(after(record, other))).toBe(0);
  });

  test('a merge brings the bill along, and a split takes it back', () => {
    const identity = { from: 'dev_other', into: 'dev_gateway', actor: 'test', reason: null } as const;
    const weak = [advised(AT, '1.5'), installed(AT, 'dev_other', '1.0')];
    expect(p(after(...weak))).toBe(0);
    const merged = after(...weak, { kind: 'merge', at: AT, ...identity });
    expect(p(merged)).toBeGreaterThan(0);
    expect(
      p(after(...weak, { kind: 'merge', at: AT, ...identity }, { kind: 'split', at: AT, ...identity })),
    ).toBe(0);
  });
});

describe('[VULN-SCORE-2] likelihood weighs: exploited most, unlikely less, not foretold in full', () => {
  const weak = [advised(AT, '1.5'), installed(AT, 'dev_gateway', '1.0')];

  test('without a forecast a weakness is no safer than a likely one', () => {
    expect(p(after(...weak))).toBe(p(after(...weak, forecast(0.9))));
    expect(p(after(...weak, forecast(0.0001)))).toBeLessThan(p(after(...weak)));
    expect(p(after(...weak, forecast(0.0001)))).toBeGreaterThan(0);
  });

  test('a more likely one never weighs less', () => {
    const weights = [0, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1].map((each) =>
      p(after(...weak, forecast(each))),
    );
    expect(weights).toEqual(weights.toSorted((a, b) => a - b));
  });

  test('one that is exploited is a factor of its own and holds the risk level', () => {
    const engine = after(...weak, exploited, forecast(0.0001));
    expect(p(engine)).toBe(0);
    expect(p(engine, 'known_exploited_vulnerability')).toBeGreaterThan(0);
    expect(entityIn(engine, 'dev_gateway').riskLevel).toBe('high');
    expect(factor(engine, 'known_exploited_vulnerability')?.evidence[0]?.summary).toContain(
      'exploited in the wild',
    );
  });

  test('a name that is only alike is no ground for an alarm', () => {
    const products = [
      { key: 'product/fortios', naming: 'cpe', order: 'firmware', vendor: 'fortinet' },
    ] as const;
    const engine = after(advised(AT, '', { products }), exploited);
    expect(p(engine, 'known_exploited_vulnerability')).toBe(0);
    expect(factor(engine, 'vulnerability')?.evidence[0]?.summary).toContain('potential, by CPE');
  });

  test('what a scanner reports is ranked too, and a report with a match is one', () => {
    const report = telemetry([vulnerability(AT, '10.0.0.1', { cve: CVE, cvss: 5 })]);
    expect(p(after(...report, exploited), 'known_exploited_vulnerability')).toBeGreaterThan(0);
    const both = after(...report, ...weak, forecast(0.5));
    expect(entityIn(both, 'dev_gateway').vulnerabilities()).toMatchObject([
      { cve: CVE, cvss: 5, epss: 0.5, fixedVersion: '1.5', match: { advisory: 'GHSA-thing' } },
    ]);
  });
});

describe('[VULN-FIRMWARE-2] the standing of firmware is known and weighs', () => {
  const status = (engine: Engine) => entityIn(engine, 'dev_gateway').firmwareStatus();

  test('current, outdated, eol, unknown', () => {
    expect(status(after())).toBe('unknown');
    const current = after(lifecycle(AT + 900 * DAY_MS, '7.2.4'));
    expect([status(current), p(current, 'firmware_outdated')]).toEqual(['current', 0]);
    const outdated = after(lifecycle(AT + 900 * DAY_MS, '7.2.5'));
    expect(status(outdated)).toBe('outdated');
    expect(factor(outdated, 'firmware_outdated')?.evidence[0]?.summary).toBe(
      'FortiOS 7.2.4 is installed; the newest of 7.2 is 7.2.5',
    );
    const ended = after(lifecycle(AT - DAY_MS, '7.2.4'));
    expect(status(ended)).toBe('eol');
    expect(factor(ended, 'firmware_eol')?.evidence[0]?.summary).toContain('(endoflife.date: fortios 7.2)');
  });

  test('it ends by time alone', () => {
    const records = [lifecycle(AT + HOUR_MS, '7.2.4'), { kind: 'clock', at: AT + 2 * HOUR_MS }] as const;
    expect(p(after(records[0]), 'firmware_eol')).toBe(0);
    expect(p(after(...records), 'firmware_eol')).toBeGreaterThan(0);
  });

  test("the operator's own date goes before a public one", () => {
    const own = entry('dev_gateway', '10.0.0.1', {
      manufacturer: 'Fortinet',
      firmware: '7.2.4',
      supportEnds: AT + 900 * DAY_MS,
    });
    expect(p(after(lifecycle(AT - DAY_MS, null), inventoried(AT, own)), 'firmware_eol')).toBe(0);
  });

  test('updating it would mend what is matched of it', () => {
    const products = [
      {
        key: 'product/fortios',
        naming: 'product',
        order: 'firmware',
        vendor: 'Fortinet',
        intervals: [{ from: null, before: '7.2.5', upTo: null }],
      },
    ] as const;
    const engine = after(advised(AT, '', { products }), exploited);
    expect(status(engine)).toBe('outdated');
    const supposed = viewOf(engine).whatIf([{ kind: 'update_firmware', entities: ['dev_gateway'] }], 10);
    const names = supposed.entities[0]?.after.factors.map(({ name }) => name) ?? [];
    expect(names).not.toContain('known_exploited_vulnerability');
    expect(names).not.toContain('firmware_outdated');
    const patched = viewOf(engine).whatIf([{ kind: 'patch', cve: CVE, component: null, entities: null }], 10);
    expect(patched.entities.map(({ id }) => id)).toEqual(['dev_gateway']);
  });
});

test('[VULN-SCORE-3] of more weaknesses than are kept in mind the least urgent go', () => {
  const most = LIMITS.weaknessesPerEntity;
  const products = [
    {
      key: 'npm/thing',
      naming: 'purl' as const,
      order: 'npm' as const,
      intervals: [{ from: null, before: '1.5', upTo: null }],
    },
  ];
  const advisories = Array.from({ length: most + 2 }, (_, index) => ({
    source: 'osv' as const,
    id: `CVE-2099-${10_000 + index}`,
    aliases: [],
    modified: AT,
    withdrawn: false,
    // The worst two come last.
    cvss: index < most ? 5 : 9,
    products,
  }));
  const engine = after(told(AT, { advisories }), installed(AT, 'dev_gateway', '1.0'));
  const found = entityIn(engine, 'dev_gateway').vulnerabilities();
  expect(found).toHaveLength(most);
  expect(found.slice(0, 3).map(({ cve, cvss }) => [cve, cvss])).toEqual([
    [`CVE-2099-${10_000 + most}`, 9],
    [`CVE-2099-${10_001 + most}`, 9],
    ['CVE-2099-10000', 5],
  ]);
});
