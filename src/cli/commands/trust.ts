import { resolve } from 'node:path';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns, counted } from '../table.ts';

const KINDS = ['customer', 'vendor', 'spiffe'] as const;

export const anchorsImport: Command = {
  name: 'trust anchors import',
  begins: true,
  summary: 'Believe the certificate authorities of a file',
  about:
    "A maker's roots for the certificates that its devices are born with (IEEE 802.1AR IDevID), your own PKI, or the bundle of a SPIFFE trust domain. Chains are checked against them (RFC 5280); what is believed already stays as it is. A bundle takes the place of the one before of its trust domain.",
  positionals: [
    { name: 'FILE', about: 'Certificates, PEM or DER, of authorities only; or a SPIFFE bundle (JSON)' },
  ],
  options: {
    kind: {
      kind: 'text',
      value: 'KIND',
      isRequired: true,
      choices: KINDS,
      about: 'Whose they are: customer, vendor or spiffe',
    },
    name: {
      kind: 'text',
      value: 'NAME',
      about: 'Your own short name for them; of a vendor, as the inventory has the manufacturer',
    },
    'trust-domain': { kind: 'text', value: 'DOMAIN', about: 'Of a SPIFFE bundle: whose it is' },
    ...dataOptions(),
  },
  examples: [
    'stance trust anchors import acme-idevid-roots.pem --kind vendor --name acme',
    'stance trust anchors import corporate-root.pem --kind customer',
    'stance trust anchors import bundle.json --kind spiffe --trust-domain example.org',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [path = ''] = args.positionals;
    const kind = KINDS.find((each) => each === args.must('kind')) ?? 'customer';
    const [name, trustDomain] = [args.text('name'), args.text('trust-domain')];
    const request = { path: resolve(path), kind, name, trustDomain, actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) => operations.trust_anchors_import(request));
    terminal.answer(result, () =>
      [
        ...result.added.map(({ id, expires }) => `+ ${id}${expires === null ? '' : ` until ${expires}`}`),
        ...result.removed.map(({ id }) => `- ${id}`),
        ...result.expired.map(({ id, expires }) => `Passed over: ${id} expired at ${expires ?? ''}`),
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
      const rows = found.anchors.map(({ id, kind, name, expires, spiffe }) => [
        id.slice(0, 16),
        spiffe === null ? kind : spiffe.use,
        spiffe?.trust_domain ?? name ?? '',
        expires ?? '',
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
  about:
    'What it vouched for is untrusted from now on, every device that relied on it loses points, and its revocation lists are dropped. A configuration that names it brings it back no more; an import does.',
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
  begins: true,
  summary: 'Learn whom an authority revoked',
  about:
    'Each list takes the place of what its authority said before. It must be signed by a trust anchor, or by an authority below one whose certificates stand in the same file.',
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
