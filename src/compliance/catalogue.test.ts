import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FRAMEWORKS } from '../model/index.ts';
import { CATALOGUES, controlOf, controlsOf } from './catalogue.ts';
import { SIGNAL_NAMES, signalNamed } from './signals.ts';

const of = (framework: (typeof FRAMEWORKS)[number]) => CATALOGUES[framework].controls;

describe('[COMPL-1] the control catalogues', () => {
  test('have every control of each framework once', () => {
    const counts = FRAMEWORKS.map((framework) => of(framework).length);
    expect(counts).toEqual([93, 49, 106]);
    for (const framework of FRAMEWORKS)
      expect(new Set(of(framework).map(({ id }) => id)).size).toBe(of(framework).length);
  });

  test('have the themes of ISO 27001 Annex A in their sizes', () => {
    const sizes = ['A.5', 'A.6', 'A.7', 'A.8'].map((theme) => controlsOf('iso_27001', theme).length);
    expect(sizes).toEqual([37, 8, 14, 34]);
  });

  test('have the ten points of NIS2 Article 21(2), each with sections of the annex', () => {
    const measures = new Set(of('nis2').flatMap(({ groups }) => groups));
    expect([...measures].sort()).toEqual('abcdefghij'.split('').map((letter) => `21.2.${letter}`));
  });

  test('have the categories of CSF 2.0 in their sizes', () => {
    const functions = ['GV', 'ID', 'PR', 'DE', 'RS', 'RC'];
    const sizes = functions.map((name) => of('nist_csf').filter(({ id }) => id.startsWith(name)).length);
    expect(sizes).toEqual([31, 21, 22, 11, 13, 8]);
    expect(new Set(of('nist_csf').flatMap(({ groups }) => groups)).size).toBe(22);
  });

  test('try exactly those controls of which a machine sees something', () => {
    for (const framework of FRAMEWORKS)
      for (const { id, sight, tests } of of(framework))
        expect({ id, isTested: tests.length > 0 }).toEqual({ id, isTested: sight !== 'none' });
  });

  test('call no control of ISO 27001 or NIS2 wholly visible', () => {
    for (const framework of ['iso_27001', 'nis2'] as const)
      expect(of(framework).filter(({ sight }) => sight === 'full')).toEqual([]);
  });

  test('use every signal, each mapped in a framework directly', () => {
    const used = new Set(FRAMEWORKS.flatMap((framework) => of(framework).flatMap(({ tests }) => tests)));
    expect([...used].sort()).toEqual([...SIGNAL_NAMES].sort());
  });

  test('find a control in whatever case, and a group', () => {
    expect(controlOf('iso_27001', ' a.8.8 ')?.id).toBe('A.8.8');
    expect(controlOf('nis2', 'A.8.8')).toBeNull();
    expect(controlsOf('nist_csf', 'pr.aa')).toHaveLength(6);
    expect(controlsOf('nist_csf', 'nothing')).toEqual([]);
  });
});

test('[COMPL-2] those who fail by several factors can overlap: such a signal tolerates nobody', () => {
  for (const name of SIGNAL_NAMES) {
    const { factors, pass, coverage } = signalNamed(name);
    expect({ name, isStrict: factors.length < 2 || pass === 1 }).toEqual({ name, isStrict: true });
    expect(pass).toBeGreaterThan(0.9);
    expect(coverage).toBeGreaterThan(0.9);
  }
});

describe('[COMPL-1] docs/compliance.md', () => {
  const page = readFileSync(new URL('../../docs/compliance.md', import.meta.url), 'utf8');

  test.each(SIGNAL_NAMES)(
    'says what %s measures, how much of it is needed, and of which controls',
    (name) => {
      const { measures, speaks, pass, coverage } = signalNamed(name);
      const needed =
        speaks === 'both' ? `${pass * 100} % of ${coverage * 100} %` : `${pass * 100} %, against only`;
      const ids = FRAMEWORKS.map((framework) =>
        of(framework)
          .filter(({ tests }) => tests.includes(name))
          .map(({ id }) => id)
          .join(', '),
      );
      expect(page).toContain(`| \`${name}\` | ${measures} | ${needed} | ${ids.join(' | ')} |`);
    },
  );

  test.each(FRAMEWORKS)('says how much a machine sees of %s', (framework) => {
    const seen = (sight: string) => of(framework).filter((control) => control.sight === sight).length;
    expect(page).toContain(
      `| ${of(framework).length} | ${seen('full')} | ${seen('part')} | ${seen('none')} |`,
    );
  });
});
