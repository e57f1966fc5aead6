import { resolve } from 'node:path';
import { realEffects } from '../../effects/index.ts';
import {
  agreedFleet,
  enrolFleetSite,
  type FleetAgreed,
  foundFleet,
  releaseRound,
  releasesOf,
  removeFleetSite,
  setEpsilonBudget,
  shareRelease,
} from '../../fleet-statistics/index.ts';
import { FEATURE, iso, type Release } from '../../model/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { reporter } from '../log.ts';
import type { OptionCard } from '../option.ts';
import { columns, counted } from '../table.ts';

const FOLDER: OptionCard = {
  kind: 'text',
  value: 'DIR',
  fallback: '.stance/keyholder',
  about: "The key holder's own folder; keep it off the aggregator's machine",
};

export const keyholderInit: Command = {
  name: 'keyholder init',
  summary: "Make the keys of a tenant's fleet statistics",
  about:
    'The secret key stays in the folder, which only its owner can read: without it no round opens, so back it up. agreement.json in it is public, for every site and the aggregator.',
  options: {
    tenant: { kind: 'text', value: 'NAME', isRequired: true, about: 'Whose fleet it is' },
    'minimum-group': {
      kind: 'integer',
      value: 'N',
      fallback: 20,
      least: 2,
      most: 1_000_000,
      about: 'Nothing is released of fewer devices',
    },
    'round-hours': {
      kind: 'number',
      value: 'N',
      fallback: 24,
      least: 1,
      most: 744,
      about: 'How long a round is; a site reports once in each',
    },
    'successor-of': {
      kind: 'text',
      value: 'DIR',
      about: 'The folder of the keys before these: what was released under them is not forgotten',
    },
    data: FOLDER,
  },
  examples: [
    'stance keyholder init --tenant acme --data /srv/keyholder',
    'stance keyholder init --tenant acme --data /srv/keyholder-2 --successor-of /srv/keyholder',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const before = args.text('successor-of');
    const request = {
      dir: folderOf(invocation),
      tenant: args.must('tenant'),
      successorOf: before === null ? null : resolve(before),
      minimumGroup: Number(args.must('minimum-group')),
      roundHours: Number(args.must('round-hours')),
    };
    const agreed = await foundFleet(request, realEffects(reporter(terminal)));
    terminal.answer(agreed, () => agreedText(agreed));
    return EXIT.ok;
  },
};

export const keyholderEnrol: Command = {
  name: 'keyholder enrol',
  summary: 'Enrol a site, or give it another signing key',
  about:
    'The credential is for that site alone; carry it there by a safe way. All sites and the aggregator need agreement.json anew; restart the aggregator with it.',
  positionals: [
    { name: 'SITE', about: 'Its name' },
    { name: 'KEY', about: 'Its public key, as stance site init prints it' },
  ],
  options: {
    out: {
      kind: 'text',
      value: 'FILE',
      isRequired: true,
      about: "The site's credential; must not exist yet",
    },
    replace: {
      kind: 'flag',
      about: 'Where it has another key: rounds with its reports that are not released yet are lost',
    },
    data: FOLDER,
  },
  examples: ['stance keyholder enrol berlin MCowBQYDK2VwAyEA… --out berlin.credential'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [site = '', key = ''] = args.positionals;
    const out = resolve(args.must('out'));
    const replace = args.flag('replace');
    const request = { dir: folderOf(invocation), site, key, out, replace };
    const agreed = await enrolFleetSite(request, realEffects(reporter(terminal)));
    terminal.answer(agreed, () => agreedText(agreed));
    return EXIT.ok;
  },
};

export const keyholderRemove: Command = {
  name: 'keyholder remove',
  summary: 'Take a site out of the agreement',
  about:
    'Its reports are refused from the restart of the aggregator on. All sites and the aggregator need agreement.json anew. Rounds with its reports that are not released yet are lost: release them first.',
  positionals: [{ name: 'SITE', about: 'Its name' }],
  options: {
    yes: { kind: 'flag', about: 'Remove it; without this nothing is changed' },
    data: FOLDER,
  },
  examples: ['stance keyholder remove berlin --yes'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [site = ''] = args.positionals;
    const agreed = await removeFleetSite({ dir: folderOf(invocation), site, isSure: args.flag('yes') });
    terminal.answer(agreed, () => agreedText(agreed));
    return EXIT.ok;
  },
};

export const keyholderRelease: Command = {
  name: 'keyholder release',
  summary: 'Close a round, open its sum, and sign what may be told of it',
  about:
    'Each round is opened once; asked for again, it is the release of then. Refused is a round that is not over, what is over fewer than three sites with devices, over fewer devices than the minimum group without the largest of them, or would give such a group away beside earlier releases.',
  options: {
    from: { kind: 'text', value: 'URL', isRequired: true, about: 'The aggregator' },
    round: { kind: 'integer', value: 'N', least: 0, about: 'Its number [the last one that is over]' },
    out: { kind: 'text', value: 'FILE', about: 'Write the release here; must not exist yet' },
    data: FOLDER,
  },
  examples: ['stance keyholder release --from http://127.0.0.1:7118 --out release.json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const out = args.text('out');
    const request = {
      dir: folderOf(invocation),
      from: urlOf(args.must('from')),
      round: args.number('round'),
      out: out === null ? null : resolve(out),
    };
    const release = await releaseRound(request, realEffects(reporter(terminal)));
    terminal.answer(release, () => releaseText(release));
    return EXIT.ok;
  },
};

export const keyholderShow: Command = {
  name: 'keyholder show',
  summary: 'Show what was agreed on, the sites, and the releases',
  options: { data: FOLDER },
  examples: ['stance keyholder show --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const dir = folderOf(invocation);
    const agreed = await agreedFleet(dir);
    const releases = await releasesOf(dir);
    terminal.answer({ ...agreed, releases }, () =>
      [agreedText(agreed), ...releases.slice(0, 10).map(releaseLine)].join('\n'),
    );
    return EXIT.ok;
  },
};

export const keyholderBudget: Command = {
  name: 'keyholder budget',
  summary: 'Set how much may be shared with others than the tenant, as ε of differential privacy',
  about: 'In all, for as long as the key is in use. Until it is set nothing can be shared.',
  positionals: [{ name: 'EPSILON', about: 'A number with at most three decimals' }],
  options: { data: FOLDER },
  examples: ['stance keyholder budget 10'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [text = ''] = args.positionals;
    const epsilon = Number(text);
    if (text === '' || !(epsilon >= 0 && epsilon <= 1_000))
      throw new UsageError(`EPSILON must be a number from 0 to 1000, not "${text}".`, 'keyholder budget');
    const budget = await setEpsilonBudget(folderOf(invocation), epsilon);
    terminal.answer(budget, () => `${budget.left} of ε are left.`);
    return EXIT.ok;
  },
};

export const keyholderShare: Command = {
  name: 'keyholder share',
  summary: 'Print a release with noise, for others than the tenant',
  about:
    'Risk levels, tenths of scores and the sum of scores of all devices, with discrete Laplace noise: they tell nearly the same with and without any one device. A round is shared once: again, it is the same noise.',
  options: {
    round: { kind: 'integer', value: 'N', least: 0, about: 'Its number [the newest that was released]' },
    epsilon: {
      kind: 'number',
      value: 'N',
      fallback: 1,
      least: 0.001,
      most: 1_000,
      about: 'What it costs of the budget',
    },
    data: FOLDER,
  },
  examples: ['stance keyholder share --epsilon 1 --json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      dir: folderOf(invocation),
      round: args.number('round'),
      epsilon: Number(args.must('epsilon')),
    };
    const shared = await shareRelease(request, realEffects(reporter(terminal)));
    terminal.answer(shared, () =>
      [
        `Round ${shared.round}, ε = ${shared.epsilon}`,
        ...Object.entries(shared.sums).map(
          ([name, sums]) =>
            `${name}: ${sums.join(', ')} (each ± ${shared.noise[name as keyof typeof shared.noise].toFixed(1)})`,
        ),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

function folderOf({ args }: Invocation): string {
  return resolve(args.must('data'));
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError(
    `--from must be a URL such as http://127.0.0.1:7118, not "${text}".`,
    'keyholder release',
  );
}

function agreedText(agreed: FleetAgreed): string {
  return columns([
    ['Tenant', agreed.tenant],
    ['Key', agreed.key_id],
    ['Parameters', agreed.params_hash],
    ['Minimum group', counted(agreed.minimum_group, 'device')],
    ['Round', counted(agreed.round_hours, 'hour')],
    ['Sites', agreed.sites.join(', ') || 'none'],
    ['Agreement', `${agreed.directory}/agreement.json`],
  ]).join('\n');
}

function releaseLine({ round, releasedAt, sites, whole }: Release): string {
  const devices = whole[FEATURE.devices] ?? 0;
  return `Round ${round}  ${iso(releasedAt)}  ${counted(sites.length, 'site')}, ${counted(devices, 'device')}`;
}

function releaseText(release: Release): string {
  const { whole, cohorts, minimumGroup } = release;
  const score = (whole[FEATURE.weighted_score] ?? 0) / Math.max(1, whole[FEATURE.weight] ?? 0);
  const told = cohorts.flatMap((each) =>
    'sums' in each
      ? [[`  ${each.cohort}`, String(each.sums[FEATURE.devices] ?? 0), meanScore(each.sums)]]
      : [],
  );
  return [
    releaseLine(release),
    `Fleet score ${score.toFixed(2)} of 100`,
    ...columns([['  Kind', 'Devices', 'Mean score'], ...told], [1, 2]),
    `Of fewer than ${minimumGroup} devices nothing is told.`,
  ].join('\n');
}

function meanScore(sums: readonly number[]): string {
  return ((sums[FEATURE.score] ?? 0) / Math.max(1, sums[FEATURE.devices] ?? 0)).toFixed(1);
}
