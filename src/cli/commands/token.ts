import { realEffects } from '../../effects/index.ts';
import { iso } from '../../model/index.ts';
import { openTokens, type Scope, SCOPES } from '../../operations/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { reporter } from '../log.ts';
import { dataOptions } from '../options.ts';
import { openPlace } from '../place.ts';
import { columns } from '../table.ts';

const SECRET_BYTES = 32;
const NAME = { name: 'NAME', about: "The token's name, the actor in every record" };

export const tokenCreate: Command = {
  name: 'token create',
  begins: true,
  summary: 'Make a token; its secret is shown once',
  about:
    'From the first token on every request needs one, on this machine too. A running server heeds it at once.',
  positionals: [NAME],
  options: {
    scope: {
      kind: 'list',
      value: 'SCOPE',
      isRequired: true,
      choices: SCOPES,
      about: 'What it may; repeatable',
    },
    ...dataOptions(),
  },
  examples: [
    'stance token create assistant --scope read',
    'stance token create gateway --scope ingest --data /var/lib/stance',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const { tokens, effects } = tokensOf(invocation);
    const [name = ''] = args.positionals;
    const scopes = args.list('scope').map(scopeOf);
    const token = await tokens.createToken(name, scopes, effects.random(SECRET_BYTES), effects.now());
    terminal.answer({ name, scopes, token }, () => token);
    if (!terminal.isJson)
      terminal.tell(`This is the only copy of ${name}'s secret: send it as "Authorization: Bearer …".`);
    return EXIT.ok;
  },
};

export const tokenList: Command = {
  name: 'token list',
  summary: 'List tokens, without their secrets',
  options: dataOptions(),
  examples: ['stance token list'],
  async run(invocation) {
    const { terminal } = invocation;
    const tokens = tokensOf(invocation).tokens.listTokens();
    const listed = tokens.map(({ name, scopes, createdAt, revokedAt }) => ({
      name,
      scopes,
      created_at: iso(createdAt),
      revoked_at: revokedAt === null ? null : iso(revokedAt),
    }));
    terminal.answer({ tokens: listed }, () => {
      if (listed.length === 0)
        return 'There is no token: this machine needs none, and no other can reach Stance.';
      const rows = listed.map((each) => [
        each.name,
        each.scopes.join(', '),
        each.created_at,
        each.revoked_at ?? '',
      ]);
      const [head = '', ...body] = columns([['Name', 'Scopes', 'Created', 'Revoked'], ...rows]);
      return [terminal.paint('bold', head), ...body].join('\n');
    });
    return EXIT.ok;
  },
};

export const tokenRevoke: Command = {
  name: 'token revoke',
  summary: 'Revoke a token for ever',
  about: 'A running server heeds it at once. The name stays taken: it must not come to mean someone else.',
  positionals: [NAME],
  options: dataOptions(),
  examples: ['stance token revoke assistant'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const { tokens, effects } = tokensOf(invocation);
    const [name = ''] = args.positionals;
    await tokens.revokeToken(name, effects.now());
    terminal.answer({ name, revoked: true }, () => `Revoked ${name}.`);
    return EXIT.ok;
  },
};

function tokensOf(invocation: Invocation) {
  const { dir } = openPlace(invocation);
  return { tokens: openTokens(dir), effects: realEffects(reporter(invocation.terminal)) };
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((each) => each === text);
  if (scope === undefined)
    throw new UsageError(`--scope must be one of ${SCOPES.join(', ')}, not "${text}".`, 'token create');
  return scope;
}
