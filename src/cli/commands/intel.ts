import { resolve } from 'node:path';
import { THREAT_CATEGORIES } from '../../model/index.ts';
import { type Command, EXIT } from '../command.ts';
import { intelListText, intelText, lookupText } from '../intel-text.ts';
import { dataOptions } from '../options.ts';
import { actorOf, refuseMissing, withOperations } from '../place.ts';
import { ask } from '../question.ts';

export const intelImport: Command = {
  name: 'intel import',
  summary: 'Take over threat feeds, warning lists and advisories, files and folders of them',
  about:
    'STIX, MISP, abuse.ch, Spamhaus, FireHOL, ipsum, Zeek, Suricata, maltrail, hosts, adblock, RPZ, CSV and plain ' +
    'lists, also gzip; which it is, is recognised. A feed replaces the one of the same id (its name) whole. One that ' +
    'is broken or cut off leaves the last good one and makes the exit code 1. Advisories (as vulnerabilities import takes ' +
    'them) are taken too; what is neither is passed over.',
  positionals: [{ name: 'PATH', about: 'A feed, a folder of feeds, or a URL', isMany: true }],
  options: {
    category: {
      kind: 'text',
      value: 'WORD',
      choices: THREAT_CATEGORIES,
      about: 'What all of it is used for',
    },
    confidence: {
      kind: 'number',
      value: 'N',
      least: 0,
      most: 1,
      about: 'How sure a feed is where it does not say, 0 to 1 [0.7]',
    },
    lineage: { kind: 'text', value: 'NAME', about: 'Feeds that copy each other; they count as one' },
    'allow-private': { kind: 'flag', about: 'Fetch also from addresses of private ranges' },
    'allow-http': { kind: 'flag', about: 'Fetch also without TLS' },
    ...dataOptions(),
  },
  examples: [
    'stance intel import feeds/',
    'stance intel import https://feeds.example.com/list.txt',
    'stance intel import --json --data /var/lib/stance ipsum.txt.gz bundle.json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      paths: args.positionals.map((path) => (/^https?:\/\//i.test(path) ? path : resolve(path))),
      category: args.text('category'),
      confidence: args.number('confidence'),
      lineage: args.text('lineage'),
      allowPrivate: args.flag('allow-private'),
      allowHttp: args.flag('allow-http'),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations, progress) =>
      operations.intel_import(request, progress),
    );
    terminal.answer(result, () => intelText(result, terminal));
    return result.broken > 0 ? EXIT.failed : EXIT.ok;
  },
};

export const intelList: Command = {
  name: 'intel list',
  summary: 'The active feeds, how old they are and how much they list',
  options: dataOptions(),
  examples: ['stance intel list --data /var/lib/stance'],
  async run(invocation) {
    const { terminal } = invocation;
    refuseMissing(invocation);
    const result = await withOperations(invocation, (operations) => operations.intel_list({}));
    terminal.answer(result, () => intelListText(result, terminal, Date.now()));
    return EXIT.ok;
  },
};

export const intelLookup: Command = {
  name: 'intel lookup',
  summary: 'What the feeds say of an address, domain, URL or hash, and who met it',
  about:
    'The answer of get_threat_context, from the local feeds: asking reveals nothing to anyone. With --json and one ' +
    'indicator it is the answer itself, with several {answers: […]} in their order.',
  positionals: [{ name: 'INDICATOR', about: 'In any spelling, also defanged', isMany: true }],
  options: dataOptions(),
  examples: [
    'stance intel lookup 198.51.100.7',
    "stance intel lookup --json 'hxxps://updates[.]example[.]net/x'",
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    refuseMissing(invocation);
    const answers = await withOperations(invocation, async (operations) => {
      const each = [];
      for (const indicator of args.positionals)
        each.push(await ask(operations, 'get_threat_context', { indicator }));
      return each;
    });
    const [only] = answers;
    terminal.answer(only !== undefined && answers.length === 1 ? only : { answers }, () =>
      lookupText(answers, terminal),
    );
    return EXIT.ok;
  },
};
