import { z } from 'zod';
import {
  asciiName,
  type DestinationSelector,
  ENTITY_TYPES,
  formatNetwork,
  LIMITS,
  parseNetwork,
  POLICY_ACTIONS,
  POLICY_ID_PATTERN,
  POLICY_MODES,
  type PartyGroup,
  type PartySelector,
  type Policy,
  type PolicyId,
  THREAT_CATEGORIES,
  WEEKDAYS,
} from '../model/index.ts';
import { SERVICE_NAMES, servicesNamed } from './services.ts';

/** The form of policy files; a release that changes it reads older ones too. */
export const POLICY_FILE_VERSION = 1;

const id = z.custom<PolicyId>((value) => typeof value === 'string' && POLICY_ID_PATTERN.test(value), {
  error: 'must be "pol_" and then lower-case letters, digits, "_", "." or "-", e.g. pol_camera_mgmt_only',
});
const word = z.string().min(1).max(128);
const words = z.array(word).min(1);
const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text);
  if (parsed !== null) return formatNetwork(parsed);
  context.addIssue({ code: 'custom', message: 'must be an address or a CIDR block, e.g. 10.0.2.0/24' });
  return z.NEVER;
});
const domain = z.string().transform((text, context) => {
  const name = asciiName(text);
  if (name !== null) return name;
  const message = 'must be a domain name, e.g. axis-cloud.com; it covers everything below it, without "*."';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
const service = z.string().transform((text, context) => {
  const services = servicesNamed(text);
  if (services !== null) return services;
  const message = `must be a protocol (tcp, udp, icmp, other), with ports where it has any (tcp/443, udp/5000-5010), or one of ${SERVICE_NAMES.join(', ')}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const parties = {
  ids: words.exactOptional(),
  kinds: words.exactOptional(),
  types: z.array(z.enum(ENTITY_TYPES)).min(1).exactOptional(),
  tags: words.exactOptional(),
  labels: words.exactOptional(),
};
const group = z
  .strictObject({ ...parties, sites: words.exactOptional() })
  .refine((each) => Object.keys(each).length > 0, 'must say who is in it');
const groupName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'must be a name of lower-case letters, digits, "_", "." or "-"');
const groupNames = z.array(groupName).min(1).exactOptional();

const destination = {
  ...parties,
  groups: groupNames,
  networks: z.array(network).min(1).exactOptional(),
  domains: z.array(domain).min(1).exactOptional(),
  categories: z.array(z.enum(THREAT_CATEGORIES)).min(1).exactOptional(),
  internal: z.boolean().exactOptional(),
  ports: z.array(z.int().min(0).max(65_535)).min(1).exactOptional(),
  services: z
    .array(service)
    .min(1)
    .transform((each) => [...new Set(each.flat())])
    .exactOptional(),
} satisfies Record<keyof DestinationSelector, unknown>;

const clock = (latest: RegExp) => z.string().regex(latest, 'must be a time of day such as 08:30');
const time = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS]),
  from: clock(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
  to: clock(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/),
});

/** An empty list would silently mean nothing, or everything: leave the key out instead. */
const policy = z.strictObject({
  id,
  description: z.string().max(500).nullable().default(null),
  priority: z.int().min(0).max(1_000_000).default(100),
  action: z.enum(POLICY_ACTIONS),
  mode: z.enum(POLICY_MODES),
  subject: z
    .strictObject({ ...parties, sites: words.exactOptional(), groups: groupNames } satisfies Record<
      keyof PartySelector,
      unknown
    >)
    .default({}),
  destination: z
    .strictObject({ ...destination, except: z.strictObject(destination).exactOptional() })
    .default({}),
  times: z.array(time).min(1).max(50).exactOptional(),
});

export const POLICY_FILE = z.strictObject(
  {
    version: z
      .literal(
        POLICY_FILE_VERSION,
        `must be ${POLICY_FILE_VERSION}, the form of policy files that this release reads`,
      )
      .default(POLICY_FILE_VERSION),
    /** Notes for people; nothing follows from them. */
    about: z.unknown().optional(),
    groups: z.record(groupName, group).default({}),
    policies: z.array(policy).max(LIMITS.policies),
  },
  {
    error: ({ code }) => (code === 'invalid_type' ? 'must be an object with "policies", a list' : undefined),
  },
);

export type WrittenFile = z.infer<typeof POLICY_FILE>;
type Written = WrittenFile['policies'][number];

export interface Complaint {
  readonly keys: readonly PropertyKey[];
  readonly message: string;
}

/** Puts the groups into the rules that name them, and says what names nothing. */
export function resolved({ policies, groups }: WrittenFile): {
  readonly policies: readonly Policy[];
  readonly complaints: readonly Complaint[];
} {
  const complaints: Complaint[] = [];
  /** One object for each, however many rules it stands in. */
  const known = new Map(
    Object.entries(groups).map(([name, each]): [string, PartyGroup] => [name, { name, ...each }]),
  );
  const withGroups = <T extends { groups?: readonly string[] }>(
    selector: T,
    keys: readonly PropertyKey[],
  ) => {
    if (selector.groups === undefined) return selector as Omit<T, 'groups'>;
    const own = selector.groups.flatMap((name, index): PartyGroup[] => {
      const found = known.get(name);
      if (found !== undefined) return [found];
      const message = `must be a group of this file; there ${known.size === 0 ? 'are none' : `is ${[...known.keys()].join(', ')}`}`;
      complaints.push({ keys: [...keys, 'groups', index], message });
      return [];
    });
    return { ...selector, groups: own };
  };
  const rules = policies.map((each, index): Policy => {
    const at = ['policies', index];
    const { except, ...places } = each.destination;
    return {
      ...each,
      subject: withGroups(each.subject, [...at, 'subject']),
      destination: {
        ...withGroups(places, [...at, 'destination']),
        ...(except === undefined ? {} : { except: withGroups(except, [...at, 'destination', 'except']) }),
      },
    };
  });
  return { policies: rules, complaints: [...complaints, ...duplicates(policies)] };
}

function duplicates(policies: readonly Written[]): Complaint[] {
  const known = new Set<string>();
  return policies.flatMap((each, index) => {
    const twice = known.has(each.id);
    known.add(each.id);
    return twice ? [{ keys: ['policies', index, 'id'], message: `${each.id} stands twice in the file` }] : [];
  });
}

/** What is wrong of an issue, and where. */
export function complaintsOf(issue: z.core.$ZodIssue): readonly Complaint[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      keys: [...issue.path, key],
      message: 'is no key of a policy file here',
    }));
  if (issue.code === 'invalid_key')
    return [{ keys: issue.path, message: issue.issues[0]?.message ?? issue.message }];
  return [{ keys: issue.path, message: issue.message }];
}
