import { resolve } from 'node:path';
import { joinSite, makeSite } from '../../fleet-statistics/index.ts';
import { type Command, EXIT } from '../command.ts';
import type { OptionCard } from '../option.ts';

const FOLDER: OptionCard = {
  kind: 'text',
  value: 'DIR',
  fallback: '.stance/site',
  about: "The folder of the site's keys",
};

export const siteInit: Command = {
  name: 'site init',
  summary: 'Make the key with which a site signs its reports to fleet statistics, or show it',
  about: 'Its public key is for the key holder: stance keyholder enrol. The private one stays in the folder.',
  options: { data: FOLDER },
  examples: ['stance site init --data /var/lib/stance/site'],
  async run({ args, terminal }) {
    const made = await makeSite(resolve(args.must('data')));
    terminal.answer(made, () => made.key);
    return EXIT.ok;
  },
};

export const siteJoin: Command = {
  name: 'site join',
  summary: "Take over the key holder's credential and the tenant's agreement",
  options: {
    credential: { kind: 'text', value: 'FILE', isRequired: true, about: 'Of this site alone' },
    agreement: { kind: 'text', value: 'FILE', isRequired: true, about: 'agreement.json of the key holder' },
    data: FOLDER,
  },
  examples: ['stance site join --credential berlin.credential --agreement agreement.json'],
  async run({ args, terminal }) {
    const joined = await joinSite({
      dir: resolve(args.must('data')),
      credential: resolve(args.must('credential')),
      agreement: resolve(args.must('agreement')),
    });
    terminal.answer(joined, () => `${joined.site} reports to ${joined.tenant} under key ${joined.key_id}.`);
    return EXIT.ok;
  },
};
