import { resolve } from 'node:path';
import type { InventoryResult } from '../../app/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, DRY_RUN } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const inventoryImport: Command = {
  name: 'inventory import',
  summary: 'Take over an inventory; what it lists is enrolled',
  about:
    'YAML, JSON or CSV. The file is compared with the inventory in force: entries are added and changed; one that is ' +
    'missing is reported and stays enrolled. One mistake in the file and nothing of it is taken.',
  positionals: [{ name: 'FILE', about: 'The inventory: .yaml, .json or .csv' }],
  options: { 'dry-run': DRY_RUN, ...dataOptions() },
  examples: [
    'stance inventory import inventory.yaml --dry-run',
    'stance inventory import inventory.csv --data /var/lib/stance',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const path = resolve(args.positionals[0] ?? '');
    const result = await withOperations(invocation, (operations) =>
      operations.inventory_import({ path, dryRun: args.flag('dry-run'), actor: actorOf(invocation) }),
    );
    terminal.answer(result, () => diffText(result));
    return EXIT.ok;
  },
};

function diffText({ dryRun, added, changed, missing, unchanged }: InventoryResult): string {
  return [
    ...added.map((id) => `+ ${id}`),
    ...changed.map(({ id, fields }) => `~ ${id}  ${fields.join(', ')}`),
    ...missing.map((id) => `? ${id}  missing from the file, stays enrolled`),
    `${dryRun ? 'Would add' : 'Added'} ${counted(added.length, 'entry', 'entries')}, ${dryRun ? 'change' : 'changed'} ${changed.length}; ` +
      `${unchanged} unchanged, ${missing.length} missing from the file.`,
  ].join('\n');
}
