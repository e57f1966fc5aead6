import { describe, expect, test } from 'vitest';
import type { FleetStatus } from '../fleet-statistics/index.ts';
import type { FleetPosture, FleetStatistics } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { connections } from './connect.ts';
import { failureOf } from './failures.ts';
import { fleetStatusText, statisticsText } from './fleet-statistics-text.ts';
import { fleetText } from './fleet-text.ts';
import { ingestText } from './ingest-text.ts';
import { createLog, reporter } from './log.ts';
import { progressLine } from './progress.ts';
import { asText, onScreen } from './screen-text.ts';
import { RememberedScreen } from './screen.fixture.ts';
import { columns, counted } from './table.ts';
import { Terminal } from './terminal.ts';

function terminalOf(settings: { isTTY?: boolean; isJson?: boolean; noColour?: boolean } = {}) {
  const { isTTY = false, isJson = false, noColour = false } = settings;
  const stdout = new RememberedScreen(isTTY);
  const stderr = new RememberedScreen(isTTY);
  return { stdout, stderr, terminal: new Terminal({ stdout, stderr, isJson, noColour }) };
}

describe('a table', () => {
  test('is aligned, numbers to the right, colours or not', () => {
    const { terminal } = terminalOf({ isTTY: true });
    const rows = [
      ['a', '1', 'x'],
      [terminal.paint('red', 'bbb'), '1,000', ''],
    ];
    expect(columns(rows, [1]).map(onScreen)).toEqual(['a        1  x', '\u001B[31mbbb\u001B[39m  1,000']);
  });

  test('[ANOM-DOOR-15] what somebody wrote has no control over the screen', () => {
    expect(asText('bad\u001B[31m\r\nred \u202Eback\u0007')).toBe('bad [31m red  back ');
    expect(asText('größer als 10 % – ok')).toBe('größer als 10 % – ok');
  });

  test('[CLI-27] the name of a file is one line of text in a cell, and has no colours', () => {
    expect(
      columns([
        ['a', 'x\u001B[31mred\n/etc/passwd  ok\u202E'],
        ['b', 'c'],
      ]),
    ).toEqual(['a  x [31mred /etc/passwd  ok', 'b  c']);
  });

  test('counts in words', () => {
    expect([counted(1, 'device'), counted(0, 'device'), counted(12_345, 'entity', 'entities')]).toEqual([
      '1 device',
      '0 devices',
      '12,345 entities',
    ]);
  });
});

describe('[CLI-16] colours', () => {
  test.each([
    [{ isTTY: true }, true],
    [{ isTTY: true, noColour: true }, false],
    [{ isTTY: true, isJson: true }, false],
    [{ isTTY: false }, false],
  ])('%j: %j', (settings, isColoured) => {
    expect(terminalOf(settings).terminal.paint('bold', 'x') !== 'x').toBe(isColoured);
  });
});

describe('[CLI-17] --json', () => {
  test('gives exactly one JSON object, also when something fails after the answer', () => {
    const { terminal, stdout, stderr } = terminalOf({ isJson: true });
    terminal.answer({ a: 1 }, () => 'text');
    terminal.fail('late', 'Something broke.');
    expect(stdout.text).toBe('{"a":1}\n');
    expect(stderr.text).toBe('stance: Something broke.\n');
  });
});

describe('[CLI-27] of what a name of a file may hold, nothing but text reaches the screen', () => {
  const name = 'x\u001B[31mred\u0007\u009B2J';

  test('in an answer, a line, a word beside it and a failure', () => {
    const { terminal, stdout, stderr } = terminalOf({ isTTY: true });
    terminal.answer({}, () => `${terminal.paint('green', 'ok')}  ${name}\nsecond`);
    terminal.line(name);
    terminal.tell(name);
    terminal.fail('unreadable_file', name);
    const seen = 'x [31mred 2J';
    expect(stdout.text).toBe(`\u001B[32mok\u001B[39m  ${seen}\nsecond\n${seen}\n`);
    expect(stderr.text).toBe(`${seen}\nstance: ${seen}\n`);
  });

  test('in the log, where it writes no line of its own', () => {
    const { terminal, stderr } = terminalOf();
    reporter(terminal)('follow', Object.assign(new Error(`${name}\n12:00:00 all is well`), { code: 'odd' }));
    expect(stderr.text).toMatch(/^\d\d:\d\d:\d\d error: x \[31mred 2J 12:00:00 all is well \{.*\}\n$/);
  });

  test('in progress', () => {
    const { terminal, stderr } = terminalOf({ isTTY: true });
    progressLine(terminal, () => 0).report({ what: `Reading ${name}`, share: null });
    expect(stderr.text).toBe('\rReading x [31mred 2J\u001B[K');
  });

  test('a line of JSON is as it is', () => {
    const { terminal, stdout } = terminalOf();
    terminal.jsonLine({ name });
    expect(JSON.parse(stdout.text)).toEqual({ name });
    expect(stdout.text).not.toContain('\u001B');
  });
});

describe('progress', () => {
  const report = { what: 'Reading', share: 0.5 };

  test('on a terminal is one line, drawn anew and wiped at the end', () => {
    const { terminal, stderr } = terminalOf({ isTTY: true });
    let time = 0;
    const line = progressLine(terminal, () => time);
    line.report(report);
    line.report(report);
    time = 200;
    line.report({ what: 'Reading a file with a name that is much too long for the terminal', share: null });
    line.end();
    const drawn = stderr.text.split('\r').slice(1);
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toContain('Reading  ████████████░░░░░░░░░░░░  50 %');
    expect(drawn[1]).toHaveLength(59 + '\u001B[K'.length);
    expect(drawn[2]).toBe('\u001B[K');
  });

  test('elsewhere is a line every few seconds', () => {
    const { terminal, stderr } = terminalOf();
    let time = 0;
    const line = progressLine(terminal, () => time);
    for (; time <= 12_000; time += 500) line.report(report);
    line.end();
    expect(stderr.text).toBe('Reading: 50 %\nReading: 50 %\n');
  });

  test('with --json is silent unless a person watches', () => {
    const { terminal, stderr } = terminalOf({ isJson: true });
    progressLine(terminal, () => Number.POSITIVE_INFINITY).report(report);
    expect(stderr.text).toBe('');
  });
});

describe('the summary of an ingest', () => {
  const file = {
    path: '/logs/conn.log',
    format: 'zeek_tsv',
    read: 1_200,
    accepted: 1_197,
    refused: 3,
    duplicates: 0,
    skipped: 0,
    refusals: [{ line: 13, reason: 'invalid_address', field: 'id.orig_h' }],
    reasons: { invalid_address: 3 },
    skips: {},
  } as const;
  const other = {
    ...file,
    path: '/logs/x.log',
    read: 5,
    accepted: 0,
    refused: 0,
    skipped: 5,
    refusals: [],
    reasons: {},
    skips: { weird: 5 },
  };

  test('has a row per file, the reasons, and the sum', () => {
    const files = [file, other];
    const sum = { read: 1_205, accepted: 1_197, refused: 3, duplicates: 0, skipped: 5, late: 0, entities: 1 };
    expect(ingestText({ ...sum, seconds: 0.25, files }, terminalOf().terminal)).toMatchInlineSnapshot(`
      "File            Format     Read  Accepted  Refused  Duplicates  Skipped
      /logs/conn.log  zeek_tsv  1,200     1,197        3           0        0
      /logs/x.log     zeek_tsv      5         0        0           0        5

      Refused
        /logs/conn.log: 3 invalid_address
          line 13  invalid_address  id.orig_h
          and 2 more

      Passed over, because Stance does not read them: weird (5)

      1,197 of 1,205 records accepted in 0.3 s (3 refused, 0 duplicates, 5 skipped, 0 late); 1 entity known."
    `);
  });

  test('tells what was not read to its end, and names a record of an array by its place', () => {
    const cut = { ...file, framing: 'values', fault: 'the gzip file ends early' } as const;
    const sum = { read: 1_200, accepted: 1_197, refused: 3, duplicates: 0, skipped: 0, late: 0, entities: 1 };
    const text = ingestText({ ...sum, seconds: 0.25, files: [cut] }, terminalOf().terminal);
    expect(text).toContain('\nNot read to the end\n  /logs/conn.log: the gzip file ends early\n');
    expect(text).toContain('\n    record 13  invalid_address');
  });

  test('[CLI-27] of a file with a break of lines in its name has no line more', () => {
    const counts = { read: 1, accepted: 0, refused: 1, duplicates: 0, skipped: 0 };
    const summary = (path: string) => {
      const refusals = [{ line: 1, reason: 'missing_field', field: 'ts' }] as const;
      const log = { path, format: 'ocsf', ...counts, refusals, reasons: { missing_field: 1 }, skips: {} };
      return { ...counts, late: 0, entities: 0, seconds: 0, files: [log] };
    };
    const lines = (path: string) => ingestText(summary(path), terminalOf().terminal).split('\n');
    expect(lines('a\nb.log')).toEqual(lines('a b.log'));
  });

  test('of nothing says so', () => {
    const none = { read: 0, accepted: 0, refused: 0, duplicates: 0, skipped: 0, late: 0, entities: 0 };
    expect(ingestText({ ...none, seconds: 0, files: [] }, terminalOf().terminal)).toContain(
      'No log was found.',
    );
  });
});

describe('fleet statistics', () => {
  const framing = { as_of: '2026-05-21T09:00:00.000Z', data_age_ms: 0, confidence: 1 };
  const provenance = {
    method: 'bfv-aggregate',
    round: 494_193,
    round_at: '2026-05-21T09:00:00.000Z',
    minimum_group: 20,
    suppressed: 70,
    key_id: '0123456789abcdef0123456789abcdef',
    sites: 4,
  } as const;
  const local = {
    method: 'local-plaintext' as const,
    sites: ['berlin'],
    basis: 'enrolled' as const,
    counted: 'devices' as const,
  };

  test('are told of this site, and of all beside it', () => {
    const quantiles = { p10: 61, p50: 80, p90: 95, error: 11 };
    const figures = { weighted_mean: 79.4, mean: 79.4, variance: 144, quantiles };
    const answer: FleetStatistics = {
      metric: 'score',
      group: 'cohort',
      local: { groups: [{ group: 'ip_camera', entities: 3, ...figures }], provenance: local },
      fleet: { groups: [{ group: 'ip_camera', entities: 3_120, ...figures }], provenance },
      ...framing,
    };
    expect(statisticsText(answer, terminalOf().terminal)).toMatchInlineSnapshot(`
      "This site, by score
        ip_camera  3  mean 79.4 ± 12.0 · 10 % ≤ 61, half ≤ 80, 90 % ≤ 95 (within 11)

      All sites, summed under encryption  4 sites, round 494193 of 2026-05-21T09:00:00.000Z; nothing of 70 cohorts with fewer than 20 devices, or none
        ip_camera  3,120  mean 79.4 ± 12.0 · 10 % ≤ 61, half ≤ 80, 90 % ≤ 95 (within 11)"
    `);
  });

  test('without a release say so', () => {
    const groups = [
      { group: 'all', entities: 12, spread: { typical: 2.1, from: 0.4, to: 1_200 } },
      { group: 'none', entities: 0, counts: { low: 0, high: 1_000 } },
      { group: 'others', entities: 4, total: 3, mean: 0.75 },
    ];
    const answer: FleetStatistics = {
      metric: 'connections',
      group: 'all',
      local: { groups, provenance: local },
      fleet: null,
      ...framing,
    };
    expect(statisticsText(answer, terminalOf().terminal)).toMatchInlineSnapshot(`
      "This site, by connections
        all     12  typically 2.1, mostly 0.4 to 1,200
        none     0  low 0 · high 1,000
        others   4  3, 0.75 each

      All sites: nothing released, or not by this group (cohorts only)."
    `);
  });

  test('of a site say what was sent to whom', () => {
    const nothing: FleetStatus = {
      configured: false,
      running: false,
      site: null,
      tenant: null,
      key_id: null,
      round_hours: null,
      minimum_group: null,
      aggregator: null,
      next_report: null,
      problem: null,
      reports: [],
      reports_total: 0,
      release: null,
    };
    expect(fleetStatusText(nothing, terminalOf().terminal)).toContain('nothing is sent to anybody');
    const told: FleetStatus = {
      ...nothing,
      configured: true,
      running: true,
      site: 'berlin',
      tenant: 'acme',
      key_id: '0123456789abcdef0123456789abcdef',
      aggregator: 'https://aggregator.example',
      next_report: '2026-05-21T10:20:00.000Z',
      reports: [
        {
          round: 494_193,
          to: 'https://aggregator.example',
          bytes: 65_823,
          sha256: 'ab'.repeat(32),
          devices: 312,
          outcome: 'taken',
          at: '2026-05-21T09:20:00.000Z',
          tries: 1,
          destinations: [{ to: 'https://aggregator.example', at: '2026-05-21T09:20:00.000Z', unanswered: 0 }],
          problem: null,
        },
      ],
      reports_total: 1,
    };
    expect(fleetStatusText(told, terminalOf().terminal)).toMatchInlineSnapshot(`
      "Site         berlin of acme
      Aggregator   https://aggregator.example
      Key          0123456789abcdef0123456789abcdef
      Next report  2026-05-21T10:20:00.000Z
      All sites    nothing released yet

      Sent (1)
      494193  2026-05-21T09:20:00.000Z  taken  65,823 bytes  sha256 abababababab…  312 devices  https://aggregator.example"
    `);
  });
});

describe("the fleet's posture", () => {
  const posture: FleetPosture = {
    score: 84,
    trend: 'improving',
    assessed_at: '2026-05-21T09:00:00.000Z',
    device_count: 312,
    active_incidents: 0,
    open_anomalies: 1,
    policy_violations_24h: 7,
    devices_at_risk: [
      { device_id: 'dev_camera_parking_07', risk: 'high', reason: 'firmware_eol' },
      { device_id: 'dev_sensor_hvac_b2', risk: 'medium', reason: 'unexpected_offline' },
    ],
    devices_at_risk_total: 5,
    compliance: { iso_27001: 'not_assessed', nis2: 'not_assessed', nist_csf: 'not_assessed' },
    risk_counts: { low: 310, medium: 1, high: 1, critical: 0 },
    worst_decile_score: 60,
    score_by_type: {},
    unenrolled_count: 0,
    score_basis: 'enrolled',
    trend_basis: '24h',
    trend_delta: 1.2,
    trend_causes: [],
    coverage: {
      dimensions_assessed: [],
      sites: ['berlin'],
      sites_total: 1,
      sensors: [],
      sensors_total: 0,
      feeds: [],
      feeds_total: 0,
      policies: 0,
    },
    fleet: null,
    as_of: '2026-05-21T09:00:00.000Z',
    data_age_ms: 0,
    confidence: 1,
  };

  test('is told in a few lines', () => {
    expect(fleetText(posture, terminalOf().terminal)).toMatchInlineSnapshot(`
      "Fleet posture  84 of 100, improving (+1.2 in 24 h)
      312 devices · 1 open anomaly · 0 active incidents · 7 policy violations in 24 h
      Sites: berlin · as of 2026-05-21T09:00:00.000Z

      Devices at risk
        dev_camera_parking_07  high    firmware_eol
        dev_sensor_hvac_b2     medium  unexpected_offline
        and 3 more"
    `);
  });

  test('beside that of all sites, where a release tells of it', () => {
    const fleet = {
      score: 81,
      bands: { low: 3_000, medium: 100, high: 18, critical: 2 },
      devices: 3_120,
      round_at: '2026-05-21T08:00:00.000Z',
      sites: 4,
      suppressed: 70,
      provenance: {
        method: 'bfv-aggregate',
        round: 494_193,
        round_at: '2026-05-21T08:00:00.000Z',
        minimum_group: 20,
        suppressed: 70,
        key_id: '0123456789abcdef0123456789abcdef',
        sites: 4,
      },
    } as const;
    expect(fleetText({ ...posture, fleet }, terminalOf().terminal)).toContain(
      'All sites: 81 of 100 · 3,120 devices at 4 sites · as of 2026-05-21T08:00:00.000Z',
    );
  });

  test('without history or risk says so', () => {
    const quiet = {
      devices_at_risk: [],
      devices_at_risk_total: 0,
      trend_basis: 'insufficient_history',
      trend_delta: null,
    } as const;
    const text = fleetText({ ...posture, ...quiet, devices_at_risk: [] }, terminalOf().terminal);
    expect(text).toContain('too little history');
    expect(text).toContain('No device is at risk.');
  });
});

test('a fleet of which nothing is known has no score', () => {
  const text = fleetText({ score: 0, score_basis: 'none' } as FleetPosture, terminalOf().terminal);
  expect(text).toContain('Nothing is known');
});

describe('the lines that connect an assistant', () => {
  const target = { mcpUrl: 'http://127.0.0.1:7117/mcp', dir: "/data/o'brien", isTokenNeeded: false };

  test('name the endpoint, and for a program that is started absolute paths', () => {
    const [code, desktop, vscode, inspector] = connections(target);
    expect(code?.lines).toEqual(['claude mcp add --transport http stance http://127.0.0.1:7117/mcp']);
    expect(JSON.parse(desktop?.lines.join('\n') ?? '')).toEqual({
      mcpServers: {
        stance: {
          command: expect.stringMatching(/^\//),
          args: [expect.stringMatching(/^\/.*bin\/stance\.mjs$/), 'mcp', '--data', target.dir],
        },
      },
    });
    expect(vscode?.lines).toEqual([
      `code --add-mcp '{"name":"stance","type":"http","url":"http://127.0.0.1:7117/mcp"}'`,
    ]);
    expect(inspector?.lines[0]).toContain(
      '--cli http://127.0.0.1:7117/mcp --transport http --method tools/call',
    );
  });

  test('say where a token goes when one is needed', () => {
    const clients = connections({ ...target, isTokenNeeded: true }).filter(
      ({ client }) => client !== 'Claude Desktop',
    );
    expect(clients).toHaveLength(3);
    for (const { lines } of clients) expect(lines.join('\n')).toContain('Bearer YOUR_TOKEN');
  });
});

describe('a failure', () => {
  test('of an operation is one line, with what the system said where the message leaves it open', () => {
    const cause = new Error('ENOENT: no such file');
    expect(
      failureOf(new OperationError('unreadable_file', 'The feed file x cannot be read', { cause })),
    ).toEqual({
      code: 'unreadable_file',
      message: 'The feed file x cannot be read (ENOENT: no such file)',
      exit: 1,
    });
    expect(failureOf(new OperationError('port_taken', 'Choose another.', { cause })).message).toBe(
      'Choose another.',
    );
  });

  test('of the configuration has the exit code of a wrong command line', () => {
    for (const code of ['invalid_configuration', 'unsafe_binding'])
      expect(failureOf(new OperationError(code, 'x')).exit).toBe(2);
  });

  test('that nobody expected shows its stack', () => {
    const { code, message } = failureOf(new TypeError('oops'));
    expect(code).toBe('internal');
    expect(message).toMatch(/defect.*\n.*oops\n +at /s);
    expect(failureOf('thrown text').message).toContain('thrown text');
  });
});

describe('the log', () => {
  test('is plain for a person and JSON for a program', () => {
    const person = terminalOf();
    createLog(person.terminal).warn({ sensor: 'zeek' }, 'silent');
    expect(person.stderr.text).toMatch(/^\d\d:\d\d:\d\d warning: silent \{"sensor":"zeek"\}\n$/);
    const program = terminalOf({ isJson: true });
    createLog(program.terminal).info('hello');
    expect(JSON.parse(program.stderr.text)).toMatchObject({ msg: 'hello' });
  });

  test('holds a fault under the reference that its asker was told', () => {
    const { terminal, stderr } = terminalOf();
    const report = reporter(terminal);
    const [first, second] = [report('http', new Error('oops')), report('http', 'odd')];
    expect(first).not.toBe(second);
    expect(stderr.text).toContain(first);
    expect(stderr.text).toMatch(/oops.*\n {4}Error: oops\n/);
    expect(stderr.text).toContain('odd');
  });

  test('tells what is expected in one line, for a program with its figures', () => {
    const expected = Object.assign(new Error('2 of 3 records were refused'), {
      code: 'records_refused',
      refused: 2,
    });
    const person = terminalOf();
    reporter(person.terminal)('follow', expected);
    expect(person.stderr.text).toMatch(/^[^\n]*2 of 3 records were refused[^\n]*\n$/);
    const program = terminalOf({ isJson: true });
    reporter(program.terminal)('follow', expected);
    expect(JSON.parse(program.stderr.text)).toMatchObject({
      where: 'follow',
      err: { code: 'records_refused', refused: 2 },
    });
  });
});
