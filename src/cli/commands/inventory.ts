import { resolve } from 'node:path';
import type { BillResult, BillsRemoved, InventoryResult } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, DRY_RUN } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { asText } from '../screen-text.ts';
import { counted, grouped } from '../table.ts';

export const inventoryImport: Command = {
  name: 'inventory import',
  begins: true,
  summary: 'Take over an inventory, or what is installed on a device',
  about:
    'An inventory (YAML, JSON or CSV) enrols what it lists. It is compared with the inventory in force: entries are ' +
    'added and changed; one that is missing is reported and stays enrolled. One mistake in the file and nothing of it ' +
    'is taken. A bill of materials (CycloneDX, SPDX, OCSF; also gzip) says what is installed on a device, and is held ' +
    'against the advisories.',
  positionals: [{ name: 'PATH', about: 'An inventory or a bill of materials', isMany: true }],
  options: {
    device: { kind: 'text', value: 'ID', about: 'Whose the bills of materials are [whom they name]' },
    replace: { kind: 'flag', about: 'The bills of materials take the place of all others of their devices' },
    'dry-run': DRY_RUN,
    ...dataOptions(),
  },
  examples: [
    'stance inventory import inventory.yaml --dry-run',
    'stance inventory import inventory.csv --data /var/lib/stance',
    'stance inventory import sbom.cdx.json --device dev_gateway_1',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      dryRun: args.flag('dry-run'),
      device: args.text('device'),
      replace: args.flag('replace'),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, async (operations) => {
      const results: InventoryResult[] = [];
      for (const path of args.positionals) {
        results.push(await operations.inventory_import({ ...request, path: resolve(path) }));
      }
      return together(results);
    });
    terminal.answer(result, () => resultText(result));
    return EXIT.ok;
  },
};

function together(results: readonly InventoryResult[]): InventoryResult {
  return {
    dryRun: results.some(({ dryRun }) => dryRun),
    added: results.flatMap(({ added }) => added),
    changed: results.flatMap(({ changed }) => changed),
    missing: results.flatMap(({ missing }) => missing),
    unchanged: results.reduce((sum, { unchanged }) => sum + unchanged, 0),
    bills: results.flatMap(({ bills }) => bills),
  };
}

function resultText(result: InventoryResult): string {
  const { bills, added, changed, missing, unchanged } = result;
  const isOfBillsOnly = bills.length > 0 && added.length + changed.length + missing.length + unchanged === 0;
  return [...bills.map(billText), ...(isOfBillsOnly ? [] : [diffText(result)])].join('\n');
}

function billText(bill: BillResult): string {
  const { device, format, components, leftOut, findings, changed, replaced, newer } = bill;
  const rest = leftOut === 0 ? '' : `, ${grouped(leftOut)} more left out`;
  const others = findings === 0 ? '' : `, without the ${findingsText(findings)}`;
  const before = replaced.length === 0 ? '' : `, in the place of ${replaced.join(', ')}`;
  const left =
    newer === null ? '' : `, left: ${newer} is newer (--replace takes this one in the place of all)`;
  return `${changed ? '~' : '='} ${device}  ${counted(components, 'component')} (${format})${rest}${before}${left}${others}`;
}

function findingsText(findings: number): string {
  const all = counted(findings, 'vulnerability', 'vulnerabilities');
  return `${all} that it lists (stance vulnerabilities import reads what a maker says of them)`;
}

function diffText({ dryRun, added, changed, missing, unchanged }: InventoryResult): string {
  return [
    ...added.map((id) => `+ ${id}`),
    ...changed.map(({ id, fields }) => `~ ${id}  ${fields.join(', ')}`),
    ...missing.map((id) => `? ${id}  missing from the file, stays enrolled`),
    `${dryRun ? 'Would add' : 'Added'} ${counted(added.length, 'entry', 'entries')}, ${dryRun ? 'change' : 'changed'} ${changed.length}; ` +
      `${unchanged} unchanged, ${missing.length} missing from the file.`,
  ].join('\n');
}

export const inventoryRemoveBill: Command = {
  name: 'inventory remove-bill',
  summary: 'Take bills of materials of a device back: what they list is installed no more',
  about: 'What telemetry says of packages stays, and so does the device.',
  positionals: [{ name: 'DEVICE', about: 'Its id, or its name in the inventory' }],
  options: {
    bill: { kind: 'text', value: 'ID', about: 'This one alone, by its serial number or name [all]' },
    'dry-run': DRY_RUN,
    ...dataOptions(),
  },
  examples: ['stance inventory remove-bill dev_gateway_1 --dry-run'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      device: args.positionals[0] ?? '',
      bill: args.text('bill'),
      dryRun: args.flag('dry-run'),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations) =>
      operations.inventory_remove_bill(request),
    );
    terminal.answer(result, () => removedText(result));
    return EXIT.ok;
  },
};

function removedText({ dryRun, device, removed }: BillsRemoved): string {
  const lines = removed.map(({ id, components }) => `- ${id}  ${counted(components, 'component')}`);
  const bills = counted(removed.length, 'bill of materials', 'bills of materials');
  return [...lines.map(asText), `${dryRun ? 'Would remove' : 'Removed'} ${bills} of ${device}.`].join('\n');
}
