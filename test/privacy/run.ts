import { CanaryRun } from './canary-run.ts';

/*
 * `npm run -s privacy:canary -- [--json]`: the canary run, whole. It ends with 1 where something came out, or where the
 * search does not find what a deny-list lets through.
 */
if (process.argv.includes('--help')) {
  console.log('npm run -s privacy:canary -- [--json]');
  process.exit(0);
}
const isJson = process.argv.includes('--json');
const run = new CanaryRun(true);
try {
  await run.live();
  const hits = [...run.hitsOnDisk(), ...run.hitsSaid()];
  const places = [...run.disk(), ...run.said()].length + run.echoes.length;
  const control = await run.controlHits();
  const fields = run.canaries.size + run.asked.size;
  const result = { fields, places_searched: places, hits: hits.length, control_hits: control };
  if (isJson) console.log(JSON.stringify(result));
  else
    console.log(
      `${fields} canaries, ${places} places searched, ${hits.length} hits; a deny-list lets ${control} through.`,
    );
  for (const { where, canary } of hits) console.error(`${where}: ${canary}`);
  process.exitCode = hits.length === 0 && control > 0 ? 0 : 1;
} finally {
  await run.end();
}
