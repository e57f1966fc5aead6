import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../columns/going-on.fixture.ts';
import { ActorNames } from './actor-names.ts';
import { readActorCatalogue } from './read-actor-catalogue.ts';

const galaxy = (...values: readonly object[]) => ({ type: 'threat-actor', name: 'Threat Actor', values });
const cluster = (value: string, ...synonyms: readonly string[]) => ({
  value,
  description: 'What somebody wrote about it.',
  meta: { synonyms, country: 'XX' },
});
const read = (document: object) => readActorCatalogue(Buffer.from(JSON.stringify(document)), 'groups');

function names(...documents: readonly object[]): ActorNames {
  const all = new ActorNames();
  for (const [index, document] of documents.entries()) {
    const catalogue = readActorCatalogue(Buffer.from(JSON.stringify(document)), `groups-${index}`);
    if (catalogue !== null) all.put(catalogue);
  }
  return all;
}

describe('[THREAT-ACTOR-3] a claimed name is held against catalogues of names', () => {
  const all = names(
    galaxy(cluster('APT28', 'Fancy Bear', 'Winter Vivern'), cluster('TA473', 'Winter Vivern')),
    {
      type: 'bundle',
      objects: [
        { type: 'intrusion-set', id: 'intrusion-set--1', name: 'APT28', aliases: ['APT28', 'Sofacy'] },
        { type: 'intrusion-set', id: 'intrusion-set--2', name: 'Old', aliases: ['Sofacy'], revoked: true },
      ],
    },
  );

  test.each<[string, readonly string[]]>([
    ['Fancy Bear', ['APT28 (groups-0)']],
    ['fancy-bear', ['APT28 (groups-0)']],
    ['Sofacy', ['APT28 (groups-1)']],
    ['apt 28', ['APT28 (groups-0)', 'APT28 (groups-1)']],
    // A name of two groups stays a name of two.
    ['WINTER VIVERN', ['APT28 (groups-0)', 'TA473 (groups-0)']],
    ['Nobody', []],
  ])('%s', (claimed, expected) => {
    expect(all.candidates(claimed).map(({ name, catalogue }) => `${name} (${catalogue})`)).toEqual(expected);
  });

  test('and one that is imported again replaces the earlier one', () => {
    const again = names(galaxy(cluster('A', 'x')));
    again.put({ id: 'groups-0', name: 'Threat Actor', actors: [{ name: 'B', aliases: ['y'] }] });
    expect([again.candidates('x'), again.candidates('y')]).toEqual([
      [],
      [{ name: 'B', catalogue: 'groups-0' }],
    ]);
  });
});

test('[THREAT-ACTOR-3] of a catalogue names are kept, printable, and nothing else', () => {
  expect(
    read(galaxy(cluster('A\u202eB\n', 'C', 'C', 'A B'), { value: 7 }, 'no object' as unknown as object)),
  ).toEqual({
    id: 'groups',
    name: 'Threat Actor',
    actors: [{ name: 'A B', aliases: ['C'] }],
  });
});

test.each<[string, object]>([
  ['a galaxy of something else', { ...galaxy(cluster('Emotet')), type: 'botnet' }],
  ['a bundle without groups', { type: 'bundle', objects: [{ type: 'indicator', id: 'indicator--1' }] }],
  ['something else', { values: [1] }],
])('[THREAT-ACTOR-3] %s is no catalogue', (_, document) => {
  expect(read(document)).toBeNull();
});

test('[STATE-REST-2] names of attackers go on from what was written down', () => {
  const step = fc.record({
    id: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('A', 'B'),
    alias: fc.constantFrom('x', 'y'),
  });
  expect(
    firstDifference(
      () => new ActorNames(),
      step,
      (all, { id, name, alias }) => {
        all.put({ id, name: id, actors: [{ name, aliases: [alias] }] });
        return [all.candidates('x'), all.candidates('y'), all.isEmpty];
      },
    ),
  ).toBeUndefined();
});
