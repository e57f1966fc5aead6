import { resolve } from 'node:path';
import { realEffects } from '../../effects/index.ts';
import type { IntelImportArgs } from '../../intel/index.ts';
import { INTEL_FORMATS, THREAT_CATEGORIES } from '../../model/index.ts';
import type { Operations } from '../../operations/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { intelListText, intelText, type Looked, lookupText } from '../intel-text.ts';
import { reporter } from '../log.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { ask } from '../question.ts';

export const intelImport: Command = {
  name: 'intel import',
  begins: true,
  summary: 'Take over threat feeds, warning lists and advisories, files and folders of them',
  about:
    'STIX, MISP, abuse.ch, Spamhaus, FireHOL, ipsum, Zeek, Suricata, maltrail, hosts, adblock, RPZ, CSV and plain ' +
    'lists, also gzip; which it is, is recognised. A feed replaces the one of the same id (its name) and place whole; that of another place stays. One that ' +
    'is broken or cut off leaves the last good one and makes the exit code 1. Advisories (as vulnerabilities import takes ' +
    'them) are taken too; what is neither is passed over. A URL is a list that is fetched again only when it changed, or a ' +
    'TAXII 2.1 collection, of which only what is new is fetched.',
  positionals: [{ name: 'PATH', about: 'A feed, a folder of feeds, or a URL', isMany: true }],
  options: {
    id: { kind: 'text', value: 'ID', about: 'Name of the feed, where there is one PATH [its name]' },
    replace: { kind: 'flag', about: 'Take the id from another place that holds it' },
    format: {
      kind: 'text',
      value: 'FORMAT',
      fallback: 'auto',
      choices: INTEL_FORMATS,
      about: 'How it is written',
    },
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
    taxii: { kind: 'flag', about: "The URL is a TAXII server's or an API root; a collection's own is known" },
    collection: { kind: 'text', value: 'NAME', about: 'Which of its collections: id, alias or title' },
    user: { kind: 'text', value: 'NAME', about: 'User at the server; without it the secret is a token' },
    'secret-file': { kind: 'text', value: 'FILE', about: 'File with the password or the token' },
    'secret-env': { kind: 'text', value: 'NAME', about: 'Variable with it, where the owner of DIR runs' },
    ca: { kind: 'text', value: 'FILE', about: 'Authorities to believe instead of the usual ones, PEM' },
    'allow-private': { kind: 'flag', about: 'Fetch also from addresses of private ranges' },
    'allow-http': { kind: 'flag', about: 'Fetch also without TLS' },
    ...dataOptions(),
  },
  examples: [
    'stance intel import feeds/',
    'stance intel import https://feeds.example.com/list.txt',
    'stance intel import --taxii https://taxii.example.com/taxii2/ --collection high --user me --secret-file key',
    'stance intel import --json --data /var/lib/stance ipsum.txt.gz bundle.json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      paths: args.positionals.map((path) => (/^https?:\/\//i.test(path) ? path : resolve(path))),
      category: args.text('category'),
      confidence: args.number('confidence'),
      lineage: args.text('lineage'),
      id: args.text('id'),
      format: INTEL_FORMATS.find((each) => each === args.text('format')) ?? 'auto',
      taxii: args.flag('taxii'),
      collection: args.text('collection'),
      replace: args.flag('replace'),
      allowPrivate: args.flag('allow-private'),
      allowHttp: args.flag('allow-http'),
      ca: placed(args.text('ca')),
      credentials: credentialsOf(invocation),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations, progress) =>
      operations.intel_import(request, progress),
    );
    terminal.answer(result, () => intelText(result, terminal));
    return result.broken > 0 ? EXIT.failed : EXIT.ok;
  },
};

function placed(path: string | null): string | null {
  return path === null ? null : resolve(path);
}

/** Where the secret is: it goes neither through the socket nor into the journal. */
function credentialsOf({ args }: Invocation): IntelImportArgs['credentials'] {
  const user = args.text('user');
  const [file, variable] = [placed(args.text('secret-file')), args.text('secret-env')];
  if (file !== null && variable !== null)
    throw new OperationError('invalid_arguments', '--secret-file and --secret-env: give one of them.');
  if (file !== null) return { user, secret: { file } };
  if (variable !== null) return { user, secret: { variable } };
  if (user === null) return null;
  throw new OperationError('invalid_arguments', '--user needs --secret-file or --secret-env.');
}

export const intelList: Command = {
  name: 'intel list',
  summary: 'The active feeds, how old they are, how much they list, and how their fetching goes',
  options: dataOptions(),
  examples: ['stance intel list --data /var/lib/stance'],
  async run(invocation) {
    const { terminal } = invocation;
    const result = await withOperations(invocation, (operations) => operations.intel_list({}));
    const now = realEffects(reporter(terminal)).now();
    terminal.answer(result, () => intelListText(result, terminal, now));
    return EXIT.ok;
  },
};

export const intelRemove: Command = {
  name: 'intel remove',
  summary: 'Take a feed, a warning list or a catalogue of attackers back: what it says stops counting',
  positionals: [{ name: 'ID', about: 'As intel list shows it' }],
  options: dataOptions(),
  examples: ['stance intel remove old-list'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { id: args.positionals[0] ?? '', actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) => operations.intel_remove(request));
    terminal.answer(result, () => `${result.removed} is active no more.`);
    return EXIT.ok;
  },
};

export const intelLookup: Command = {
  name: 'intel lookup',
  summary: 'What the feeds say of an address, domain, URL or hash, and who met it',
  about:
    'The answer of get_threat_context, from the local feeds: asking reveals nothing to anyone. With --json and one ' +
    'indicator it is the answer itself, with several {answers: […]} in their order. One of several that is no ' +
    'indicator has {indicator, error} there; the others are answered, and the exit code is 1.',
  positionals: [{ name: 'INDICATOR', about: 'In any spelling, also defanged', isMany: true }],
  options: dataOptions(),
  examples: [
    'stance intel lookup 198.51.100.7',
    "stance intel lookup --json 'hxxps://updates[.]example[.]net/x'",
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const answers = await withOperations(invocation, async (operations) => {
      const each: Looked[] = [];
      for (const indicator of args.positionals) each.push(await lookedUp(operations, indicator));
      return each;
    });
    const [only] = answers;
    if (only !== undefined && answers.length === 1) {
      if ('error' in only) throw new OperationError(only.error.code, only.error.message);
      terminal.answer(only, () => lookupText(answers, terminal));
    } else terminal.answer({ answers }, () => lookupText(answers, terminal));
    return answers.some((each) => 'error' in each) ? EXIT.failed : EXIT.ok;
  },
};

/** What is no indicator hides none of the others; any other failure is one of the whole command. */
async function lookedUp(operations: Operations, indicator: string): Promise<Looked> {
  try {
    return await ask(operations, 'get_threat_context', { indicator });
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'invalid_input') throw error;
    const { code, message } = error;
    return { indicator, error: { code, message } };
  }
}
