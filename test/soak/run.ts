// A soak: the real server under a steady load of a live log, with questions meanwhile. Prints whether memory stays flat
// and the lag does not grow, and draws both.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openOperations } from '../../src/app/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { realEffects } from '../../src/effects/index.ts';
import type { Operations } from '../../src/operations/index.ts';
import { freePort, Running } from '../cli/stance.ts';
import { type Sample, slopePerHour, svgOf } from './picture.ts';
import { Sensor } from './sensor.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    load: { type: 'string', default: '0.8' },
    svg: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run soak -- [--minutes 20] [--load 0.8] [--svg FILE] [--json]');
  process.exit(0);
}

const CALIBRATION_LINES = 600_000;
const STEP_MS = 100;

const dir = await mkdtemp(join(tmpdir(), 'stance-soak-'));
const server = await startServer();
try {
  const sensor = new Sensor(join(dir, 'logs'));
  const full = await calibrate(sensor);
  const rate = full * Number(values.load);
  process.stderr.write(`full rate ${Math.round(full)} lines/s; soaking at ${Math.round(rate)}\n`);
  const samples = await soak(sensor, rate, Number(values.minutes) * 60_000);
  await sensor.close();
  await report(full, rate, samples);
} finally {
  await server.close();
  await rm(dir, { recursive: true, force: true });
}

interface Server {
  readonly pid: number;
  readonly url: string;
  readonly operations: Operations;
  close(): Promise<void>;
}

async function startServer(): Promise<Server> {
  const logs = join(dir, 'logs');
  await mkdir(logs);
  const data = join(dir, 'data');
  const config = join(dir, 'stance.yaml');
  await writeFile(
    config,
    `sites: [{ id: hq, networks: [10.0.0.0/8] }]\nsources:\n  - { type: zeek_folder, path: ${logs}, site: hq, sensor: zeek }\n`,
  );
  const port = await freePort();
  const running = new Running(['serve', '--data', data, '--config', config, '--port', String(port)], dir);
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (running.child.exitCode !== null) throw new Error(`the server ended: ${running.stderr}`);
    await pause(100);
  }
  const effects = realEffects(() => 'none');
  const client = await openOperations(
    {
      dir: data,
      config: loadConfig({ dir: data, file: null, environment: [], flags: [] }),
      onProgress: () => undefined,
    },
    effects,
  );
  if (client.owned) throw new Error('the server does not own its directory');
  return {
    pid: running.child.pid ?? 0,
    url,
    operations: client.operations,
    close: async () => {
      await client.close();
      running.child.kill('SIGTERM');
      await Promise.race([running.ended(), pause(30_000).then(() => running.kill())]);
    },
  };
}

async function taken(): Promise<number> {
  return (await server.operations.status({ hash: false })).events;
}

/** How fast a backlog is taken in: after a warm-up, a log that was written at once. */
async function calibrate(sensor: Sensor): Promise<number> {
  await feedAtOnce(sensor, CALIBRATION_LINES / 2);
  const started = performance.now();
  await feedAtOnce(sensor, CALIBRATION_LINES);
  return (CALIBRATION_LINES * 1_000) / (performance.now() - started);
}

async function feedAtOnce(sensor: Sensor, lines: number): Promise<void> {
  for (let left = lines; left > 0; left -= 10_000) await sensor.write(Math.min(left, 10_000), Date.now());
  while ((await taken()) < sensor.written) await pause(20);
}

async function soak(sensor: Sensor, rate: number, durationMs: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const started = performance.now();
  const before = sensor.written;
  let nextSample = 1_000;
  for (let at = 0; at < durationMs; at = performance.now() - started) {
    const due = Math.floor((rate * at) / 1_000) - (sensor.written - before);
    if (due > 0) await sensor.write(due, Date.now());
    if (at >= nextSample) {
      samples.push(await sampleAt(at, sensor));
      nextSample += 1_000;
      if (samples.length % 60 === 0)
        process.stderr.write(`${samples.length / 60} min: ${said(samples.at(-1))}\n`);
    }
    await pause(Math.max(0, STEP_MS - ((performance.now() - started) % STEP_MS)));
  }
  return samples;
}

async function sampleAt(at: number, sensor: Sensor): Promise<Sample> {
  const asked = performance.now();
  const written = sensor.written;
  const events = await taken();
  const statm = await readFile(`/proc/${server.pid}/statm`, 'utf8');
  return {
    at,
    rssMb: (Number(statm.split(' ')[1]) * 4_096) / 1_048_576,
    lag: Math.max(0, written - events),
    answerMs: performance.now() - asked,
  };
}

function said(sample: Sample | undefined): string {
  if (sample === undefined) return '';
  return `${Math.round(sample.rssMb)} MB, ${sample.lag} lines behind, answer in ${sample.answerMs.toFixed(1)} ms`;
}

async function report(full: number, rate: number, samples: readonly Sample[]): Promise<void> {
  const half = samples.slice(samples.length >> 1);
  const answers = samples.map(({ answerMs }) => answerMs).sort((a, b) => a - b);
  const snapshots = await readdir(join(dir, 'data', 'snapshots')).catch(() => []);
  const result = {
    minutes: samples.length / 60,
    fullLinesPerS: Math.round(full),
    linesPerS: Math.round(rate),
    lines: Math.round(rate * samples.length),
    rssMbFirst: Math.round(samples[0]?.rssMb ?? 0),
    rssMbLast: Math.round(samples.at(-1)?.rssMb ?? 0),
    rssMbMost: Math.round(Math.max(...samples.map(({ rssMb }) => rssMb))),
    rssMbPerHour: Math.round(slopePerHour(half, ({ rssMb }) => rssMb)),
    lagSecondsMost: Math.max(...half.map(({ lag }) => lag)) / rate,
    lagSecondsPerHour: slopePerHour(half, ({ lag }) => lag / rate),
    answerMsMedian: answers[answers.length >> 1],
    answerMsP99: answers[Math.floor(answers.length * 0.99)],
    snapshots,
  };
  if (values.svg !== undefined) await writeFile(values.svg, svgOf(samples));
  console.log(values.json ? JSON.stringify(result) : result);
}
