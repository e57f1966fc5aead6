import { Document } from 'yaml';
import type { DestinationSelector, PartyGroup, Policy } from '../model/index.ts';
import { POLICY_FILE_VERSION } from './policy-schema.ts';
import type { Proposal } from './proposal.ts';

/** Policies in the form of a policy file, which `readPolicies` reads back to the same. */
export interface WrittenPolicies {
  readonly version: number;
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly policies: readonly Readonly<Record<string, unknown>>[];
}

export function writePolicies(policies: readonly Policy[]): WrittenPolicies {
  const groups = new Map<string, PartyGroup>();
  const named = <T extends { readonly groups?: readonly PartyGroup[] }>(selector: T) => {
    if (selector.groups === undefined) return selector;
    return { ...selector, groups: selector.groups.map((group) => nameOf(group, groups)) };
  };
  const written = policies.map(({ subject, destination, ...rest }) => {
    const { except, ...places } = destination;
    const excepted = except === undefined ? {} : { except: named<DestinationSelector>(except) };
    return {
      ...rest,
      subject: named(subject),
      destination: { ...named<DestinationSelector>(places), ...excepted },
    };
  });
  const own = Object.fromEntries(Array.from(groups, ([name, group]) => [name, membersOf(group)]));
  return { version: POLICY_FILE_VERSION, ...(groups.size === 0 ? {} : { groups: own }), policies: written };
}

function membersOf(group: PartyGroup): Omit<PartyGroup, 'name'> {
  const { name, ...members } = group;
  return name === '' ? {} : members;
}

/** Two files may each have had a group of one name. */
function nameOf(group: PartyGroup, known: Map<string, PartyGroup>): string {
  for (let nth = 1; ; nth++) {
    const name = nth === 1 ? group.name : `${group.name.slice(0, 60)}-${nth}`;
    const before = known.get(name);
    if (before === undefined) known.set(name, group);
    if (before === undefined || JSON.stringify(before) === JSON.stringify(group)) return name;
  }
}

/** Proposals as a policy file, with their grounds beside each rule, to be read before anything is put in force. */
export function proposalFile(proposals: readonly Proposal[]): string {
  const document = new Document(writePolicies(proposals.flatMap(({ policies }) => policies)), {
    aliasDuplicateObjects: false,
  });
  document.commentBefore = [
    ' Proposed by what the baselines of each kind of device know. Review it, try it with',
    ' "stance policy dry-run", watch it in mode monitor, then enforce it.',
    '',
    ...proposals.flatMap(groundsOf),
  ]
    .map((line) => line.trimEnd())
    .join('\n');
  return document.toString({ lineWidth: 110, flowCollectionPadding: false });
}

const PLACES_SHOWN = 30;

function groundsOf({ kind, members, established, refused, allowed, leftOut }: Proposal): string[] {
  const line = ({ place, members: known, services }: Proposal['allowed'][number]) =>
    `   ${place}: ${known} of ${established}${services.length === 0 ? '' : `, ${services.join(' ')}`}`;
  const list = (places: Proposal['allowed']) => [
    ...places.slice(0, PLACES_SHOWN).map(line),
    ...(places.length > PLACES_SHOWN ? [`   and ${places.length - PLACES_SHOWN} more`] : []),
  ];
  if (refused !== null) return [` ${kind}: nothing is proposed: ${refused}`, ''];
  return [
    ` ${kind}: ${established} of ${members} have an established baseline. Allowed:`,
    ...list(allowed),
    ...(leftOut.length === 0
      ? []
      : ['  Left out, because too few know it (denied as soon as this is enforced):', ...list(leftOut)]),
    '',
  ];
}
