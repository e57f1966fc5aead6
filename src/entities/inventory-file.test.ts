import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { HQ } from './directory.fixture.ts';
import { inventoryFormatOf, readInventory } from './inventory-file.ts';
import { sealInventory } from './inventory-seal.ts';

const example = new URL('../../examples/inventory.yaml', import.meta.url);

function errorsOf(text: string, format: 'yaml' | 'json' | 'csv', site: typeof HQ | null = HQ) {
  const read = readInventory(text, format, site);
  return read.ok ? [] : read.errors;
}

describe('an inventory file', () => {
  test('[ENT-30] the example is read whole', () => {
    const read = readInventory(readFileSync(example, 'utf8'), 'yaml');
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    expect(read.entries.map(({ id }) => id)).toEqual([
      'dev_camera_floor3_east',
      'dev_camera_parking_07',
      'dev_video_store',
      'dev_internet_gateway',
    ]);
    expect(read.entries[0]).toMatchObject({
      manufacturer: 'Axis',
      firmware: '11.8.93',
      supportEnds: Date.UTC(2029, 11, 31),
    });
    expect(read.entries[2]?.workloads).toHaveLength(2);
  });

  test('[ENT-31] YAML, JSON and CSV say the same', () => {
    const yaml = `
- {id: dev_a, kind: server, addresses: [10.0.0.1, "2001:DB8::1"], macs: [AC-CC-8E-01-02-03], tags: [x, y], certificates: ["${'AB:'.repeat(19)}AB"]}
- {id: wkl_a1, kind: container, host: dev_a, image: "app:1", instances: 3}`;
    const json = JSON.stringify({
      inventory: [
        {
          id: 'dev_a',
          kind: 'server',
          addresses: ['10.0.0.1', '2001:db8::1'],
          macs: ['accc.8e01.0203'],
          certificates: ['ab'.repeat(20)],
          tags: ['x', 'y'],
        },
        { id: 'wkl_a1', kind: 'container', host: 'dev_a', image: 'app:1', instances: 3 },
      ],
    });
    const csv =
      '\uFEFFid,kind,addresses,macs,tags,certificates,host,image,instances\r\n' +
      `dev_a,server,10.0.0.1; 2001:db8::1,ac:cc:8e:01:02:03,x;y,${'ab'.repeat(20)},,,\r\n` +
      'wkl_a1,container,,,,,dev_a,app:1,3\r\n';
    const read = readInventory(yaml, 'yaml', HQ);
    expect(read).toMatchObject({
      ok: true,
      entries: [
        { id: 'dev_a', certificates: ['ab'.repeat(20)], workloads: [{ id: 'wkl_a1', instances: 3 }] },
      ],
    });
    expect(readInventory(json, 'json', HQ)).toEqual(read);
    expect(readInventory(csv, 'csv', HQ)).toEqual(read);
  });

  test('[ENT-32] an unknown key is refused with its line, and what may have been meant', () => {
    const [error] = errorsOf('- id: dev_a\n  kind: pc\n  manufacturar: Axis\n', 'yaml');
    expect(error).toMatchObject({ line: 3, field: 'manufacturar' });
    expect(error?.message).toContain('did you mean manufacturer?');
    expect(error?.message).toContain('support_ends');
  });

  test('[ENT-33] one bad entry refuses the file, and every error is told', () => {
    const text = 'id,kind,criticality,addresses\ndev_ok,pc,,\nDEV_A,pc,urgent,10.0.0.300\n';
    expect(errorsOf(text, 'csv').map(({ line, field }) => [line, field])).toEqual([
      [3, 'id'],
      [3, 'addresses'],
      [3, 'criticality'],
    ]);
  });

  test('the two ids of one machine are one machine: a file names it once', () => {
    const reading = readInventory(
      '- id: dev_files\n  site: hq\n  kind: server\n- id: wkl_files\n  site: hq\n  kind: server\n',
      'yaml',
    );
    expect(reading).toMatchObject({
      ok: false,
      errors: [{ line: 4, field: 'id', message: 'is already taken by the entry on line 1' }],
    });
  });

  test('[ENT-34] an owner that looks like a person’s mail address is refused and not repeated', () => {
    const [error] = errorsOf('- {id: dev_a, kind: pc, owner: sarah.k@acmecorp.com}', 'yaml');
    expect(error).toMatchObject({ field: 'owner', line: 1 });
    expect(JSON.stringify(error)).not.toContain('sarah');
  });

  test.each([
    ['a version that YAML read as a number', '- {id: dev_a, kind: pc, firmware: 11.10}', 'firmware'],
    ['a day that does not exist', '- {id: dev_a, kind: pc, support_ends: 2027-02-30}', 'support_ends'],
    ['an id taken twice', '- {id: dev_a, kind: pc}\n- {id: dev_a, kind: pc}', 'id'],
    [
      'an address taken twice',
      '- {id: dev_a, kind: pc, addresses: [10.0.0.1]}\n- {id: dev_b, kind: pc, addresses: [10.0.0.1]}',
      'addresses',
    ],
    ['a host that is not there', '- {id: wkl_a, kind: vm, host: dev_b}', 'host'],
    ['instances of a device', '- {id: dev_a, kind: pc, instances: 2}', 'instances'],
    [
      'an unknown key of a workload',
      '- {id: dev_a, kind: pc, workloads: [{id: wkl_a, kind: vm, size: 2}]}',
      'workloads[0].size',
    ],
    ['a missing kind', '- {id: dev_a}', 'kind'],
    ['a mail address as a tag', '- {id: dev_a, kind: pc, tags: [a@b.c]}', 'tags'],
  ])('%s is refused', (_, text, field) => {
    expect(errorsOf(text, 'yaml').map((error) => error.field)).toEqual([field]);
  });

  test.each([
    ['an alias', '- &x {id: dev_a, kind: pc}\n- *x'],
    ['a duplicate key', '- {id: dev_a, id: dev_b, kind: pc}'],
    ['no list', 'devices: {}'],
    ['broken YAML', '- {id: dev_a'],
  ])('YAML with %s is refused', (_, text) => {
    expect(errorsOf(text, 'yaml')).toHaveLength(1);
  });

  test('YAML that is not JSON is not taken for it, and a site is needed', () => {
    expect(errorsOf('- id: dev_a', 'json')[0]?.message).toBe('is not JSON');
    expect(errorsOf('- {id: dev_a, kind: pc}', 'yaml', null)[0]).toMatchObject({ field: 'site' });
  });

  test('its name tells the format', () => {
    expect(['a.yml', 'b.YAML', 'c.json', 'd.csv', 'e.txt'].map(inventoryFormatOf)).toEqual([
      'yaml',
      'yaml',
      'json',
      'csv',
      null,
    ]);
  });

  test('MACs and host names leave it sealed', () => {
    const read = readInventory(
      '- {id: dev_a, kind: pc, macs: ["ac:cc:8e:01:02:03"], host_names: [PC-7]}',
      'yaml',
      HQ,
    );
    if (!read.ok) throw new Error('must read');
    const sealed = sealInventory(read.entries, {
      sealMac: (m) => `M${m.length}`,
      sealHostName: (h) => `H${h}`,
      sealSerial: (each) => `S${each}`,
    });
    expect(sealed[0]).toMatchObject({ macs: ['M17'], hostNames: ['Hpc-7'] });
  });
});

describe('CSV', () => {
  test('[ENT-35] quotes, commas, line breaks and doubled quotes in cells (RFC 4180)', () => {
    expect(readCsv('\uFEFFa,"b, ""c""","d\r\ne"\r\n\r\nf,,\n')).toEqual({
      ok: true,
      rows: [
        { line: 1, cells: ['a', 'b, "c"', 'd\r\ne'] },
        { line: 4, cells: ['f', '', ''] },
      ],
    });
  });

  test.each([
    ['a,"b', 1],
    ['a\nb"c', 2],
    ['"a"b', 1],
  ])('%j is refused with its line', (text, line) => {
    expect(readCsv(text)).toMatchObject({ ok: false, line });
  });

  test('whatever is written is read back', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ';', ' ', 'ü') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (table, end) => {
        const text = table
          .map((cells) => cells.map((c) => `"${c.replaceAll('"', '""')}"`).join(','))
          .join(end);
        const read = readCsv(text);
        expect(read.ok && read.rows.map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });

  test('a row with a cell too few is refused', () => {
    expect(errorsOf('id,kind\ndev_a\n', 'csv')).toMatchObject([
      { line: 2, message: 'has 1 cells where the header has 2' },
    ]);
  });
});
