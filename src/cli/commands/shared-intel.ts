import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readVariable } from '../../config/index.ts';
import { realEffects } from '../../effects/index.ts';
import { lookUp } from '../../operations/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { reporter } from '../log.ts';
import { COMMON, dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import { sealedText, sharedText } from '../shared-intel-text.ts';

export const intelSeal: Command = {
  name: 'intel seal',
  summary: 'Seal what the feeds list into a file that others can ask about, and not read',
  about:
    'For a service that a tenant or a community shares. The file may lie anywhere, as it tells nobody what it lists; ' +
    'questions about it are evaluated by POST /v1/intel/evaluate of the Stance that sealed it, which learns nothing ' +
    'of what is asked (RFC 9497). It is good for 7 days: seal daily; some 2 ms an indicator.',
  positionals: [{ name: 'FILE', about: 'The sealed list, in the place of one that is there' }],
  options: dataOptions(),
  examples: ['stance intel seal --data /var/lib/stance /srv/www/acme.sealed'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const to = resolve(args.positionals[0] ?? '');
    const result = await withOperations(invocation, (operations, progress) =>
      operations.intel_seal({ to }, progress),
    );
    terminal.answer(result, () => sealedText(result));
    return EXIT.ok;
  },
};

export const intelAsk: Command = {
  name: 'intel ask',
  summary: 'Ask a shared service about indicators, without telling it which',
  about:
    'Needs no data directory. The service gets random elements and answers with a proof that it used the key of the ' +
    'list; what the list says of an indicator is then read here. It learns when, and about how much is asked. Nothing ' +
    'is learnt of the list but what is asked about.',
  positionals: [{ name: 'INDICATOR', about: 'In any spelling, also defanged', isMany: true }],
  options: {
    list: { kind: 'text', value: 'FILE|URL', about: 'The sealed list' },
    service: { kind: 'text', value: 'URL', about: 'The Stance that sealed it' },
    key: {
      kind: 'text',
      value: 'HEX',
      about: 'Whose list it must be, as intel seal told it',
    },
    'token-file': { kind: 'text', value: 'FILE', about: 'File with the token of the service' },
    'token-env': { kind: 'text', value: 'NAME', about: 'Variable with it' },
    'allow-http': { kind: 'flag', about: 'Also without TLS, to another machine' },
    ...COMMON,
  },
  examples: [
    "stance intel ask --list acme.sealed --service https://intel.acme.example --token-file key 'evil[.]example[.]com'",
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [list, service] = [needed(invocation, 'list'), needed(invocation, 'service')];
    if (!URL.canParse(service))
      throw new OperationError('invalid_arguments', `--service: "${service.slice(0, 80)}" is no URL.`);
    const asked = {
      list,
      service,
      token: tokenOf(invocation),
      key: args.text('key'),
      allowHttp: args.flag('allow-http'),
      indicators: args.positionals,
    };
    const answer = await lookUp(asked, realEffects(reporter(terminal)).now());
    terminal.answer(answer, () => sharedText(answer, terminal));
    return answer.answers.some(({ problem }) => problem !== null) ? EXIT.failed : EXIT.ok;
  },
};

function needed({ args }: Invocation, name: 'list' | 'service'): string {
  const text = args.text(name);
  if (text !== null) return text;
  throw new OperationError('invalid_arguments', `--${name} is needed: see stance intel ask --help.`);
}

function tokenOf({ args }: Invocation): string | null {
  const [file, variable] = [args.text('token-file'), args.text('token-env')];
  if (file !== null && variable !== null)
    throw new OperationError('invalid_arguments', '--token-file and --token-env: give one of them.');
  if (file !== null) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (cause) {
      throw new OperationError('unreadable_file', `The token file ${file} cannot be read.`, { cause });
    }
  }
  if (variable === null) return null;
  const token = readVariable(variable);
  if (token !== null) return token;
  throw new OperationError('invalid_arguments', `--token-env: there is no variable ${variable}.`);
}
