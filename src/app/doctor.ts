import { statfs } from 'node:fs/promises';
import { createEngineView } from '../engine/index.ts';
import { iso } from '../model/index.ts';
import type { FleetState } from './fleet-state.ts';
import type { DoctorReport } from './operations.ts';

type Check = DoctorReport['checks'][number];

/** Below this the journal will soon refuse new events. */
const LOW_DISK_BYTES = 1_073_741_824;

/** What an operator would look at first when something seems wrong. */
export async function examine(state: FleetState, dir: string): Promise<DoctorReport> {
  const checks = [runtime(), journal(state), await disk(dir), ...coverage(state)];
  return { healthy: checks.every((each) => each.state !== 'failed'), checks };
}

function runtime(): Check {
  const detail = `Node ${process.versions.node}`;
  const isRecent = Number(process.versions.node.split('.')[0]) >= 24;
  return { check: 'runtime', state: isRecent ? 'ok' : 'failed', detail };
}

function journal({ journal: log, events }: FleetState): Check {
  const detail = `${log.length} records, ${events} events`;
  if (log.torn === null) return { check: 'journal', state: 'ok', detail };
  const { segment, bytes } = log.torn;
  return {
    check: 'journal',
    state: 'warning',
    detail: `${detail}; ${bytes} bytes of an unfinished write were cut from ${segment} (a crash; nothing acknowledged was lost)`,
  };
}

async function disk(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  return { check: 'disk', state: free < LOW_DISK_BYTES ? 'warning' : 'ok', detail };
}

/** What is assessed and what is not, and why. */
function coverage({ engine }: FleetState): Check[] {
  const view = createEngineView(engine);
  const silent = view.sensors.filter((each) => each.silent);
  const sensors: Check =
    view.sensors.length === 0
      ? {
          check: 'sensors',
          state: 'warning',
          detail: 'no telemetry yet: stance ingest PATH, or POST /v1/events',
        }
      : {
          check: 'sensors',
          state: silent.length > 0 ? 'warning' : 'ok',
          detail: `${view.sensors.length} heard${silent.length > 0 ? `, silent: ${silent.map(({ sensor }) => sensor).join(', ')}` : ''}`,
        };
  const feeds: Check =
    view.feeds.length === 0
      ? {
          check: 'feeds',
          state: 'warning',
          detail: 'none: threat exposure is not assessed (stance feed import FILE)',
        }
      : {
          check: 'feeds',
          state: 'ok',
          detail: view.feeds.map(({ id, asOf }) => `${id} of ${iso(asOf).slice(0, 10)}`).join(', '),
        };
  const policies: Check =
    view.policies.length === 0
      ? {
          check: 'policies',
          state: 'warning',
          detail: 'none: policy compliance is not assessed (stance policy apply FILE)',
        }
      : { check: 'policies', state: 'ok', detail: `${view.policies.length} in force` };
  const inventory: Check =
    engine.inventory.length === 0
      ? {
          check: 'inventory',
          state: 'warning',
          detail: 'none: entities are discovered only (stance inventory import FILE)',
        }
      : { check: 'inventory', state: 'ok', detail: `${engine.inventory.length} entries` };
  return [sensors, inventory, policies, feeds];
}
