import { resolve } from 'node:path';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns, counted } from '../table.ts';

const KINDS = ['customer', 'vendor'] as const;

export const anchorsImport: Command = {
  name: 'trust anchors import',
  summary: 'Believe the certificate authorities of a file',
  about:
    "A maker's roots for the certificates that its devices are born with (IEEE 802.1AR IDevID), or your own PKI. Chains are checked against them (RFC 5280); what is believed already stays as it is.",
  positionals: [{ name: 'FILE', about: 'Certificates, PEM or DER, of authorities only' }],
  options: {
    kind: {
      kind: 'text',
      value: 'KIND',
      isRequired: true,
      choices: KINDS,
      about: 'Whose they are: customer or vendor',
    },
    name: { kind: 'text', value: 'NAME', about: 'Your own short name for them' },
    ...dataOptions(),
  },
  examples: [
    'stance trust anchors import acme-idevid-roots.pem --kind vendor --name acme',
    'stance trust anchors import corporate-root.pem --kind customer',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [path = ''] = args.positionals;
    const kind = KINDS.find((each) => each === args.must('kind')) ?? 'customer';
    const request = { path: resolve(path), kind, name: args.text('name'), actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) => operations.trust_anchors_import(request));
    terminal.answer(result, () =>
      [
        ...result.added.map(({ id, expires }) => `+ ${id} until ${expires}`),
        `${counted(result.anchors, 'authority is', 'authorities are')} believed; ${result.known} of the file already was.`,
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

export const anchorsList: Command = {
  name: 'trust anchors list',
  summary: 'List the authorities that are believed',
  options: dataOptions(),
  examples: ['stance trust anchors list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.trust_anchors_list({}));
    terminal.answer(found, () => {
      if (found.anchors.length === 0) return 'No authority is believed: no certificate can be trusted.';
      const rows = found.anchors.map(({ id, kind, name, expires }) => [
        id.slice(0, 16),
        kind,
        name ?? '',
        expires,
      ]);
      const [head = '', ...body] = columns([['Anchor', 'Kind', 'Name', 'Expires'], ...rows]);
      return [terminal.paint('bold', head), ...body].join('\n');
    });
    return EXIT.ok;
  },
};

export const anchorsRemove: Command = {
  name: 'trust anchors remove',
  summary: 'Believe an authority no longer',
  about: 'What it vouched for is untrusted from now on, and every device that relied on it loses points.',
  positionals: [{ name: 'ANCHOR', about: 'Its id, or 8 digits or more of its beginning' }],
  options: dataOptions(),
  examples: ['stance trust anchors remove 4f1c09aa'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [anchor = ''] = args.positionals;
    const request = { anchor, actor: actorOf(invocation) };
    const removed = await withOperations(invocation, (operations) =>
      operations.trust_anchors_remove(request),
    );
    terminal.answer(removed, () => `${removed.id} is believed no longer.`);
    return EXIT.ok;
  },
};

export const revocationsImport: Command = {
  name: 'trust crl import',
  summary: 'Learn whom an authority revoked',
  about: 'Each list takes the place of what its authority said before. It must be signed by a trust anchor.',
  positionals: [{ name: 'FILE', about: 'Certificate revocation lists, PEM or DER' }],
  options: dataOptions(),
  examples: ['stance trust crl import corporate.crl'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [path = ''] = args.positionals;
    const request = { path: resolve(path), actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) =>
      operations.trust_revocations_import(request),
    );
    terminal.answer(result, () =>
      result.lists
        .map(({ issuer, revoked, next }) => {
          const until = next === null ? '' : `, the next by ${next}`;
          return `${issuer.slice(0, 16)}: ${counted(revoked, 'certificate', 'certificates')} revoked${until}`;
        })
        .join('\n'),
    );
    return EXIT.ok;
  },
};
