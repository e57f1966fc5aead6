// Validates assessment results against NIST's own JSON schema, which is not part of this repository:
//   node scripts/validate-oscal.mjs oscal_assessment-results_schema.json results.json…
// The schema is a release asset of github.com/usnistgov/OSCAL (a work of the United States government, CC0 elsewhere).
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const [schemaFile, ...files] = process.argv.slice(2);
if (schemaFile === undefined || files.length === 0) {
  process.stderr.write('usage: node scripts/validate-oscal.mjs SCHEMA RESULTS…\n');
  process.exit(2);
}
const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
// NIST writes `#assembly_…` for the `$id` of a definition (draft 4 style), and formats that no keyword checks here.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const validate = ajv.compile(schema);
let isValid = true;
for (const file of files) {
  const ok = validate(JSON.parse(readFileSync(file, 'utf8')));
  isValid &&= ok;
  process.stdout.write(`${file}: ${ok ? 'valid' : 'not valid'} against ${schema.$id ?? schemaFile}\n`);
  for (const { instancePath, message, params } of (validate.errors ?? []).slice(0, 10))
    process.stdout.write(`  ${instancePath} ${message} ${JSON.stringify(params)}\n`);
}
process.exit(isValid ? 0 : 1);
