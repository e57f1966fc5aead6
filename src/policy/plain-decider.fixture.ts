import {
  type DestinationSelector,
  type FingerprintOfName,
  networkContains,
  parseNetwork,
  type PartySelector,
  type Policy,
  type SealedName,
  WEEKDAYS,
} from '../model/index.ts';
import type { Decision } from './decider.ts';
import type { PolicyDestination } from './destination-table.ts';
import type { PolicyParty } from './party.ts';

/** What the documentation says of policies, word for word and rule by rule: the tables must say the same. */
export function decidePlainly(
  policies: readonly Policy[],
  subject: PolicyParty,
  to: PolicyDestination,
  minute: number,
  fingerprint: FingerprintOfName,
): Decision {
  let decided: Policy | null = null;
  let covered = false;
  for (const policy of policies) {
    if (!holds(policy, minute) || !isOf(policy.subject, subject)) continue;
    const { except, ...places } = policy.destination;
    if (!meets(places, to, fingerprint)) continue;
    covered = true;
    if (except !== undefined && meets(except, to, fingerprint)) continue;
    if (decided === null || goesBefore(policy, decided)) decided = policy;
  }
  return { policy: decided, covered };
}

function goesBefore(a: Policy, b: Policy): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  const order = ['deny', 'alert', 'allow'];
  if (a.action !== b.action) return order.indexOf(a.action) < order.indexOf(b.action);
  return a.id < b.id;
}

function holds({ times }: Policy, minute: number): boolean {
  if (times === undefined) return true;
  return times.some(({ days, from, to }) => {
    const [begin, end] = [from, to].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
    const length = ((end ?? 0) - (begin ?? 0) + 1_440) % 1_440 || 1_440;
    return days.some((day) => {
      const since = (minute - (WEEKDAYS.indexOf(day) * 1_440 + (begin ?? 0)) + 10_080) % 10_080;
      return since < length;
    });
  });
}

function isOf(selector: PartySelector, party: PolicyParty): boolean {
  const { ids, kinds, types, tags, labels, sites, groups } = selector;
  if (ids && !ids.includes(party.id) && !ids.includes(party.alias ?? '')) return false;
  if (kinds && !kinds.includes(party.kind ?? '')) return false;
  if (types && !types.includes(party.type)) return false;
  if (tags && !tags.some((tag) => party.tags.includes(tag))) return false;
  if (labels && labels.some((label) => !party.tags.includes(label))) return false;
  if (sites && !sites.includes(party.site)) return false;
  return groups === undefined || groups.some(({ name, ...group }) => name !== '' && isOf(group, party));
}

function meets(
  selector: DestinationSelector,
  to: PolicyDestination,
  fingerprint: FingerprintOfName,
): boolean {
  return isServed(selector, to) && isThere(selector, to, fingerprint);
}

function isServed({ ports, services }: DestinationSelector, { protocol, port }: PolicyDestination): boolean {
  if (ports === undefined && services === undefined) return true;
  if (port !== null && ports?.includes(port) === true) return true;
  return (services ?? []).some((service) => {
    const [name, range] = service.split('/');
    if (name !== protocol) return false;
    if (range === undefined) return true;
    const [first, last = first] = range.split('-');
    return port !== null && port >= Number(first) && port <= Number(last);
  });
}

function isThere(
  selector: DestinationSelector,
  to: PolicyDestination,
  fingerprint: FingerprintOfName,
): boolean {
  const { networks, domains, categories, internal, ids, kinds, types, tags, labels, groups } = selector;
  const { address, name, party } = to;
  let isNamed = false;
  if (internal !== undefined) {
    if (internal === to.internal) return true;
    isNamed = true;
  }
  if (networks) {
    if (address !== null && networks.some((each) => isIn(each, address))) return true;
    isNamed = true;
  }
  if (domains) {
    if (name !== null && domains.some((each) => isBelow(name, each, fingerprint))) return true;
    isNamed = true;
  }
  if (categories) {
    if (categories.some((each) => to.categories.includes(each))) return true;
    isNamed = true;
  }
  if (!(ids || kinds || types || tags || labels || groups)) return !isNamed;
  if (party === null) return false;
  return (
    (ids !== undefined && isOf({ ids }, party)) ||
    (kinds !== undefined && isOf({ kinds }, party)) ||
    (types !== undefined && isOf({ types }, party)) ||
    (tags !== undefined && isOf({ tags }, party)) ||
    (labels !== undefined && isOf({ labels }, party)) ||
    (groups !== undefined && isOf({ groups }, party))
  );
}

function isBelow(name: SealedName, domain: string, fingerprint: FingerprintOfName): boolean {
  if (`.${name.domain}`.endsWith(`.${domain}`)) return true;
  return [name.fingerprint, ...name.parents].includes(fingerprint(domain));
}

/** Remembered, so that a million connections can be waited for. */
const answers = new Map<string, boolean>();

function isIn(text: string, address: NonNullable<PolicyDestination['address']>): boolean {
  const key = `${text} ${address}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const network = parseNetwork(text);
  const answer = network !== null && networkContains(network, address);
  if (answers.size < 4_000_000) answers.set(key, answer);
  return answer;
}
