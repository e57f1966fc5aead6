import type { DestinationSelector, PartyGroup, PartySelector, Policy } from '../model/index.ts';

/** Keys by which policies name entities and where they are. */
export type NamingKey = 'ids' | 'kinds' | 'tags' | 'labels' | 'sites';

/** A name in policies that means nothing here. */
export interface StrayName {
  /** `pol_a: subject`, or `group eyes`, which may stand in several policies. */
  readonly place: string;
  readonly key: NamingKey;
  readonly name: string;
}

const KEYS: readonly NamingKey[] = ['ids', 'kinds', 'tags', 'labels', 'sites'];

type Naming = Pick<PartySelector, NamingKey> & { readonly groups?: readonly PartyGroup[] };

/**
 * The names in policies that mean nobody, each once. A mistyped one looks like a rule and is none; one that is written
 * ahead of its device is no mistake: so it is told, and refused nowhere.
 */
export function strayNames(
  policies: readonly Policy[],
  isKnown: (key: NamingKey, name: string) => boolean,
): readonly StrayName[] {
  const strays: StrayName[] = [];
  const seen = new Set<PartyGroup>();
  const lookAt = (place: string, selector: Naming) => {
    for (const key of KEYS) {
      for (const name of selector[key] ?? []) if (!isKnown(key, name)) strays.push({ place, key, name });
    }
    for (const group of selector.groups ?? []) {
      if (seen.has(group)) continue;
      seen.add(group);
      lookAt(`group ${group.name}`, group);
    }
  };
  for (const { id, subject, destination } of policies) {
    const { except, ...places }: DestinationSelector & { readonly except?: DestinationSelector } =
      destination;
    lookAt(`${id}: subject`, subject);
    lookAt(`${id}: destination`, places);
    if (except !== undefined) lookAt(`${id}: destination.except`, except);
  }
  return strays;
}
