import { type Command, EXIT, type Invocation } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns } from '../table.ts';

export const enrolAuthority: Command = {
  name: 'enrol authority',
  begins: true,
  summary: 'Make the authority that issues certificates to devices, or show it',
  about:
    'Its key stays in the data directory, in a folder that only its owner can read, and is in every backup. Devices enrol over EST (RFC 7030) once the configuration has identity and listen.tls.',
  options: {
    name: {
      kind: 'text',
      value: 'NAME',
      about: 'What it is called in its certificate [Stance and the tenant]',
    },
    again: {
      kind: 'flag',
      about: 'Believe it again after it was removed from the trust anchors',
    },
    ...dataOptions(),
  },
  examples: ['stance enrol authority --data /var/lib/stance'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { name: args.text('name'), again: args.flag('again'), actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) => operations.enrol_authority(request));
    terminal.answer(result, () => result.pem.trimEnd());
    if (!terminal.isJson)
      terminal.tell(
        `${result.made ? 'Made' : 'It is there already:'} ${result.id}, until ${result.expires}.`,
      );
    return EXIT.ok;
  },
};

export const enrolToken: Command = {
  name: 'enrol token',
  summary: 'Make a one-time token with which a device asks for its certificate',
  positionals: [{ name: 'DEVICE', about: 'Its id' }],
  options: {
    hours: { kind: 'number', value: 'N', fallback: 24, least: 0.01, most: 744, about: 'For how long' },
    reason: REASON,
    ...dataOptions(),
  },
  examples: ['stance enrol token dev_cam_lobby --hours 2'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [device = ''] = args.positionals;
    const request = {
      device,
      hours: args.number('hours') ?? 24,
      actor: actorOf(invocation),
      reason: args.text('reason'),
    };
    const token = await withOperations(invocation, (operations) => operations.enrol_token(request));
    terminal.answer(token, () => token.secret);
    if (!terminal.isJson)
      terminal.tell(`This is the only copy, for one certificate of ${token.device}, until ${token.expires}.`);
    return EXIT.ok;
  },
};

export const enrolList: Command = {
  name: 'enrol list',
  summary: 'List devices with certificates, requests that wait, and tokens',
  options: dataOptions(),
  examples: ['stance enrol list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.enrol_list({}));
    terminal.answer(found, () => {
      const devices = found.devices.map((each) => [
        each.device,
        each.state,
        each.expires ?? '',
        each.proven ?? '',
        each.problems.join(', '),
      ]);
      const requests = found.requests.map(({ id, device, key, decision }) => [
        id,
        device,
        key.slice(0, 16),
        decision,
      ]);
      const revoked = found.revoked.map((each) => [each.spiffe_id, each.since]);
      const tokens = found.tokens.map(({ id, device, expires }) => [id, device, expires]);
      return [
        ...table(invocation, ['Device', 'State', 'Expires', 'Proven', 'Problems'], devices),
        ...table(invocation, ['Request', 'Device', 'Key', 'Decision'], requests),
        ...table(invocation, ['Revoked workload', 'Since'], revoked),
        ...table(invocation, ['Token', 'Device', 'Expires'], tokens),
        ...(devices.length + requests.length + revoked.length + tokens.length === 0
          ? ['Nobody holds a certificate, and nobody asked.']
          : []),
      ].join('\n');
    });
    return EXIT.ok;
  },
};

export const enrolApprove = deciding('approve', true, 'Let a device that asked have its certificate');
export const enrolReject = deciding('reject', false, 'Refuse a device that asked; its token is used up');

export const enrolRevoke: Command = {
  name: 'enrol revoke',
  summary: 'Revoke the certificates of a device, and all that a SPIFFE trust domain says of it',
  about:
    'It is refused from then on, and whoever uses its key all the same is told as critical. It may enrol anew; a SPIFFE ID stays revoked, whatever its trust domain gives it, until "stance enrol readmit". By a fingerprint one certificate alone is revoked: the next SVID of a workload counts.',
  positionals: [{ name: 'DEVICE', about: "A device's id, or the fingerprint of one certificate" }],
  options: { reason: REASON, ...dataOptions() },
  examples: ['stance enrol revoke dev_cam_lobby --reason stolen'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [whose = ''] = args.positionals;
    const request = { whose, actor: actorOf(invocation), reason: args.text('reason') };
    const result = await withOperations(invocation, (operations) => operations.enrol_revoke(request));
    terminal.answer(result, () =>
      [...result.spiffe_ids, ...result.certificates]
        .map((each) => `Revoked ${each} of ${result.device}.`)
        .join('\n'),
    );
    return EXIT.ok;
  },
};

export const enrolReadmit: Command = {
  name: 'enrol readmit',
  summary: 'Believe again what a SPIFFE trust domain says of a workload that was revoked',
  about: 'Certificates that were revoked stay so: it shows the next one that its trust domain gives it.',
  positionals: [{ name: 'WORKLOAD', about: 'Its id, or the SPIFFE ID as in stance enrol list' }],
  options: { reason: REASON, ...dataOptions() },
  examples: ['stance enrol readmit wkl_indexer --reason "node rebuilt"'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [whose = ''] = args.positionals;
    const request = { whose, actor: actorOf(invocation), reason: args.text('reason') };
    const result = await withOperations(invocation, (operations) => operations.enrol_readmit(request));
    terminal.answer(result, () => result.spiffe_ids.map((each) => `${each} is let in again.`).join('\n'));
    return EXIT.ok;
  },
};

export const enrolCrl: Command = {
  name: 'enrol crl',
  summary: "Print the authority's certificate revocation list, for others that check",
  options: dataOptions(),
  examples: ['stance enrol crl > stance.crl'],
  async run(invocation) {
    const { terminal } = invocation;
    const list = await withOperations(invocation, (operations) => operations.enrol_crl({}));
    terminal.answer(list, () => list.pem.trimEnd());
    return EXIT.ok;
  },
};

function deciding(word: string, approved: boolean, summary: string): Command {
  return {
    name: `enrol ${word}`,
    summary,
    positionals: [{ name: 'REQUEST', about: 'Its id, as in stance enrol list' }],
    options: { reason: REASON, ...dataOptions() },
    examples: [`stance enrol ${word} req_4k2m9x7q1a`],
    async run(invocation) {
      const { args, terminal } = invocation;
      const [request = ''] = args.positionals;
      const said = { request, approved, actor: actorOf(invocation), reason: args.text('reason') };
      const result = await withOperations(invocation, (operations) => operations.enrol_decide(said));
      terminal.answer(result, () => `${result.id} of ${result.device} is ${result.decision}.`);
      return EXIT.ok;
    },
  };
}

function table(
  { terminal }: Invocation,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  if (rows.length === 0) return [];
  const [head = '', ...body] = columns([[...header], ...rows.map((each) => [...each])]);
  return [terminal.paint('bold', head), ...body];
}
