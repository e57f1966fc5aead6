import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enrolSites, joinFleet, newKeyFolder, newSite } from '../aggregation/index.ts';
import { DataDirectory, RETENTION } from '../app/data-directory.fixture.ts';
import type { FleetState } from '../data-directory/index.ts';
import { Fetches } from '../intel/index.ts';
import { DEVICE_COHORTS, HOUR_MS } from '../model/index.ts';
import { privacyReport } from '../operations/privacy/report.ts';
import { FleetDesk } from './fleet-desk.ts';
import { SentReports } from './sent-reports.ts';
import { SiteClient } from './site-client.ts';

const ROUND = Math.floor(Date.UTC(2026, 4, 21, 9) / HOUR_MS);
const start = (round: number) => round * HOUR_MS;
const middle = (round: number) => start(round) + HOUR_MS / 2;

/** Answers as it is told to, once a report is in; `null`: hangs up. */
class Answering {
  answers: (number | null)[] = [];
  got = 0;
  onReport: () => Promise<void> = () => Promise.resolve();
  readonly #server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      void this.#answer(request, response);
    });
  });

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.onReport();
    this.got += 1;
    const answer = this.answers.shift();
    if (answer === null || answer === undefined) request.socket.destroy();
    else response.writeHead(answer, { connection: 'close' }).end('{}');
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe('a site whose report is not simply taken', () => {
  let dir: string;
  let data: DataDirectory;
  let state: FleetState;
  let aggregator: Answering;
  let desk: FleetDesk;
  let client: SiteClient;
  let round = ROUND;
  const keys = () => join(dir, 'site');

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stance-client-'));
    const holder = join(dir, 'key-holder');
    const terms = { tenant: 'acme', minimumGroup: 20, roundMs: HOUR_MS, cohorts: DEVICE_COHORTS };
    await newKeyFolder(holder, terms, (bytes) => new Uint8Array(bytes).fill(3));
    const [credential = ''] = await enrolSites(holder, [{ site: 'berlin', key: await newSite(keys()) }]);
    const agreement = await readFile(join(holder, 'agreement.json'), 'utf8');
    await joinFleet(keys(), { credential, agreement });
    data = await DataDirectory.make();
    state = await data.open();
  });
  beforeEach(async () => {
    aggregator = await new Answering().listen();
    round += 4;
    await connect(aggregator.origin);
  });
  afterEach(() => aggregator.close());
  afterAll(async () => {
    await state.close();
    await data.remove();
    await rm(dir, { recursive: true });
  });

  async function connect(origin: string): Promise<void> {
    const config = { keys: keys(), aggregator: new URL(origin), releases: null };
    desk = await FleetDesk.open(config, { dir: data.dir, state, now: data.effects.now });
    client = new SiteClient(desk, config, { state, effects: data.effects });
  }
  const reportAt = (at: number) => {
    data.now = at;
    return client.report();
  };
  /** The site's own instant. */
  async function firstTry(): Promise<number> {
    const wait = await reportAt(start(round));
    return reportAt(start(round) + wait);
  }
  const note = () => desk.sent.of(round);
  const sentReports = async () =>
    privacyReport(state, {
      outputs: [],
      fetches: await Fetches.open(data.dir),
      retention: RETENTION,
      fleet: desk,
    }).left_the_machine.site_reports.filter((each) => each.round === `${round}`);

  test('[FLEET-STAT-18] asks again in the second half of the round when it is refused the first time', async () => {
    aggregator.answers = [400, 202];
    const wait = await firstTry();
    expect(note()).toMatchObject({ outcome: 'refused', tries: 1 });
    expect(data.now + wait).toBeGreaterThanOrEqual(middle(round));
    expect(data.now + wait).toBeLessThan(start(round + 1));
    expect((await desk.status(client)).problem).toMatch(/refused the report of round/);
    const again = data.now + wait;
    await reportAt(again - 1);
    expect(aggregator.got).toBe(1);
    await reportAt(again);
    expect(note()).toMatchObject({ outcome: 'taken', tries: 2, problem: null });
    expect((await desk.status(client)).problem).toBeNull();
  });

  test('[FLEET-STAT-18] believes the second refusal', async () => {
    aggregator.answers = [400, 400, 202];
    const again = (await firstTry()) + data.now;
    const wait = await reportAt(again);
    expect(data.now + wait).toBeGreaterThanOrEqual(start(round + 1));
    await reportAt(start(round + 1) - 1);
    expect(note()).toMatchObject({ outcome: 'refused', tries: 2 });
    expect(aggregator.got).toBe(2);
    expect((await desk.status(null)).problem).toMatch(/refused the report of round/);
  });

  test('[FLEET-STAT-18] tries again soon when the aggregator itself fails', async () => {
    aggregator.answers = [503, 202];
    const wait = await firstTry();
    expect(note()).toMatchObject({ outcome: 'waiting', problem: expect.stringContaining('503') });
    expect(wait).toBeLessThanOrEqual(HOUR_MS / 8);
    await reportAt(data.now + wait);
    expect(note()).toMatchObject({ outcome: 'taken', tries: 2 });
  });

  test('[FLEET-STAT-19] has in its ledger nothing as sent that never left', async () => {
    aggregator.close();
    await reportAt(middle(round));
    expect(note()).toMatchObject({ outcome: 'waiting', tries: 1, destinations: [] });
    expect(await sentReports()).toEqual([]);
    aggregator = await new Answering().listen();
    aggregator.answers = [400];
    await connect(aggregator.origin);
    await reportAt(start(round + 1) - 1);
    // Of what was never there the first time a refusal is a refusal.
    expect(note()).toMatchObject({ outcome: 'refused', tries: 2 });
    expect(note()?.destinations.map(({ to }) => to)).toEqual([aggregator.origin]);
  });

  test('[FLEET-STAT-19] keeps every place to which it left, and what nobody knows as unknown', async () => {
    const first = aggregator;
    first.answers = [null];
    await reportAt(middle(round));
    expect(note()).toMatchObject({ outcome: 'waiting', destinations: [{ to: first.origin, unanswered: 1 }] });
    aggregator = await new Answering().listen();
    aggregator.answers = [400];
    await connect(aggregator.origin);
    await reportAt(start(round + 1) - 1);
    expect(note()).toMatchObject({
      outcome: 'unanswered',
      destinations: [
        { to: first.origin, unanswered: 1 },
        { to: aggregator.origin, unanswered: 0 },
      ],
    });
    expect((await sentReports()).map(({ to }) => to)).toEqual([first.origin, aggregator.origin]);
    first.close();
  });

  test('[FLEET-STAT-19] has a try on disk before it leaves: whatever ends the process then, it is told', async () => {
    let then: SentReports | undefined;
    aggregator.onReport = async () => {
      then = await SentReports.open(data.dir);
    };
    aggregator.answers = [202];
    await reportAt(middle(round));
    expect(then?.of(round)).toMatchObject({
      outcome: 'waiting',
      tries: 1,
      destinations: [{ to: aggregator.origin, unanswered: 1 }],
    });
    expect(note()).toMatchObject({ outcome: 'taken', destinations: [{ unanswered: 0 }] });
  });

  test('[FLEET-STAT-19] reads the ledger of a version that knew one place', async () => {
    const path = join(data.dir, 'fleet-reports.json');
    const entry = {
      round,
      to: 'http://then',
      bytes: 1,
      sha256: '',
      devices: 0,
      at: 5,
      tries: 1,
      problem: null,
    };
    await writeFile(path, JSON.stringify({ [round]: { ...entry, outcome: 'waiting' } }));
    const sent = await SentReports.open(data.dir);
    expect(sent.of(round)?.destinations).toEqual([{ to: 'http://then', at: 5, unanswered: 1 }]);
  });
});
