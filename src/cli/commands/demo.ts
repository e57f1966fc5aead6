import { demonstrateFleet, type FleetDemonstrated } from '../../app/index.ts';
import { realEffects } from '../../effects/index.ts';
import { type Command, EXIT } from '../command.ts';
import { reporter } from '../log.ts';
import { progressLine } from '../progress.ts';
import { grouped } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export const demoFleet: Command = {
  name: 'demo fleet',
  summary: 'Show fleet statistics on ciphertext: four sites, an aggregator, a key holder',
  about:
    'Each in a process of its own, over loopback, with invented devices. Afterwards the memory and files of the aggregator are searched for pieces of the secret key and of what was encrypted.',
  options: {
    devices: {
      kind: 'integer',
      value: 'N',
      fallback: 3_000,
      least: 200,
      most: 1_000_000,
      about: 'Devices of the four sites together',
    },
  },
  examples: ['stance demo fleet', 'stance demo fleet --devices 10000 --json'],
  async run({ args, terminal }) {
    const progress = progressLine(terminal);
    const devices = Number(args.must('devices'));
    const found = await demonstrateFleet(
      { devices },
      realEffects(reporter(terminal)),
      progress.report,
    ).finally(() => progress.end());
    terminal.answer(found, () => picture(found, terminal));
    const { exact, key_canary_hits: hits, control_hits: control } = found;
    return exact && hits !== null && hits === 0 && control !== 0 ? EXIT.ok : EXIT.failed;
  },
};

function picture(found: FleetDemonstrated, terminal: Terminal): string {
  const bold = (text: string) => terminal.paint('bold', text);
  const searched =
    found.key_canary_hits === null
      ? 'not searched: that needs Linux'
      : `${found.key_canary_hits} pieces in ${grouped(Math.round((found.searched_bytes ?? 0) / 1e6))} MB of the aggregator's memory and files; ${found.control_hits ?? 0} where they must be`;
  return [
    `  berlin   lisbon   oslo   turin       ${bold('sites')} see their own devices, and the public key`,
    '     │        │       │       │         a sum over its devices, encrypted and signed:',
    `     ▼        ▼       ▼       ▼         ${grouped(found.report_bytes)} bytes each, whatever is in it`,
    '  ┌─────────────────────────────┐',
    `  │         aggregator          │       ${bold('sees')} who reported, when, and how many devices`,
    `  │   adds, and cannot read     │       ${bold('has')} no secret key, and no code to use one`,
    '  └──────────────┬──────────────┘',
    '                 ▼                      one sum, still encrypted',
    '  ┌─────────────────────────────┐',
    `  │         key holder          │       ${bold('opens')} a round once, checks it, and signs`,
    '  └──────────────┬──────────────┘       what it must not do: collude with the aggregator',
    '                 ▼',
    `  release: sums over at least ${found.minimum_group} devices each; ${found.cohorts_told} kinds told, ${found.cohorts_suppressed} suppressed`,
    '',
    `${bold('Fleet score')}     ${found.fleet_score} of ${grouped(found.devices)} devices at ${found.sites} sites`,
    `${bold('Plain addition')}  ${found.plaintext_score}: ${found.exact ? 'every sum is the same integer' : terminal.paint('red', 'SUMS DIFFER')}`,
    `${bold('Aggregator')}      ${found.aggregator_cpu_ms.toFixed(1)} ms of processor time`,
    `${bold('Search')}          ${searched}`,
  ].join('\n');
}
