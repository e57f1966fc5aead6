import { AgreementError, FolderError, openSite, readRelease } from '../aggregation/index.ts';
import type { FleetConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import { type EpochMs, FEATURE, HOUR_MS, iso, isoOrNull, type Release } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { FleetStatus, ReleaseImported, ReleaseShown } from './operations.ts';
import { readReleaseFile } from './release-place.ts';
import { type SentReport, SentReports } from './sent-reports.ts';

const REPORTS_SHOWN = 20;

/** Whoever sends reports by itself. */
interface Reporting {
  readonly nextReport: EpochMs | null;
  readonly problem: string | null;
}

export type SiteKeys = Awaited<ReturnType<typeof openSite>>;

/** What this site sent, and what came back. */
export class FleetDesk {
  readonly config: FleetConfig | null;
  readonly sent: SentReports;
  /** When releases were last asked for, in the life of this process; `null`: not yet. */
  releasesFetchedAt: EpochMs | null = null;
  readonly #state: FleetState;
  readonly #at: () => EpochMs;

  private constructor(config: FleetConfig | null, sent: SentReports, state: FleetState, at: () => EpochMs) {
    this.config = config;
    this.sent = sent;
    this.#state = state;
    this.#at = at;
  }

  static async open(
    config: FleetConfig | null,
    { dir, state, now }: { readonly dir: string; readonly state: FleetState; readonly now: () => EpochMs },
  ): Promise<FleetDesk> {
    return new FleetDesk(config, await SentReports.open(dir), state, () => state.engine.time.now ?? now());
  }

  /** The keys as they are now: whoever joins anew need not restart. @throws OperationError */
  async keys(): Promise<SiteKeys> {
    if (this.config === null)
      throw new OperationError(
        'not_configured',
        'This Stance is no site of a fleet: set fleet in its configuration (docs/fleet-statistics.md).',
      );
    try {
      return await openSite(this.config.keys);
    } catch (cause) {
      if (!(cause instanceof FolderError || cause instanceof AgreementError)) throw cause;
      throw new OperationError('invalid_configuration', `fleet.keys: ${cause.message}`, { cause });
    }
  }

  /** @param client that sends reports, where one runs */
  async status(client: Reporting | null): Promise<FleetStatus> {
    const { config, sent } = this;
    const all = sent.all();
    const common = {
      configured: config !== null,
      running: client !== null,
      aggregator: config?.aggregator.origin ?? null,
      next_report: isoOrNull(client?.nextReport ?? null),
      reports: all.slice(0, REPORTS_SHOWN).map((report) => ({
        ...report,
        at: iso(report.at),
        destinations: report.destinations.map((each) => ({ ...each, at: iso(each.at) })),
      })),
      reports_total: all.length,
      release: this.#released === null ? null : shown(this.#released),
    };
    const nobody = { site: null, tenant: null, key_id: null, round_hours: null, minimum_group: null };
    if (config === null) return { ...common, ...nobody, problem: null };
    try {
      const { site, agreement } = await this.keys();
      const { tenant, keyId, roundMs, minimumGroup } = agreement;
      return {
        ...common,
        site,
        tenant,
        key_id: keyId,
        round_hours: roundMs / HOUR_MS,
        minimum_group: minimumGroup,
        problem: client?.problem ?? refusal(all[0]),
      };
    } catch (cause) {
      if (!(cause instanceof OperationError)) throw cause;
      return { ...common, ...nobody, problem: cause.message };
    }
  }

  /** A file that somebody carried here. @throws OperationError */
  async importFile(path: string, actor: string): Promise<ReleaseImported> {
    const keys = await this.keys();
    const release = readRelease(await readReleaseFile(path), keys.agreement);
    if (release === null) {
      const { tenant, keyId } = keys.agreement;
      throw new OperationError(
        'unverified_release',
        `${path} is no release that ${tenant}'s key holder signed under key ${keyId}. Nothing was changed.`,
      );
    }
    const changed = await this.#take(release, actor);
    const newest = this.#released;
    if (!changed && newest !== null && newest.signature !== release.signature)
      throw new OperationError(
        'older_release',
        `${path} is of round ${release.round}; that of round ${newest.round} is known already. Nothing was changed.`,
      );
    return { ...shown(release), changed };
  }

  /** Of what lies somewhere: the newest that is the key holder's, if it is news. Whether there was any. */
  async importNewest(texts: readonly string[], { agreement }: SiteKeys, actor: string): Promise<boolean> {
    if (texts.length === 0)
      throw new OperationError('no_release', 'there is no release yet where fleet.releases names');
    const releases = texts.flatMap((text) => readRelease(text, agreement) ?? []);
    const [newest] = releases.toSorted((a, b) => b.round - a.round || b.releasedAt - a.releasedAt);
    if (newest === undefined)
      throw new OperationError(
        'unverified_release',
        `what lies at fleet.releases is not signed by the key holder of ${agreement.tenant} under key ${agreement.keyId}`,
      );
    return this.#take(newest, actor);
  }

  get #released(): Release | null {
    return this.#state.engine.releases.newest;
  }

  async #take(release: Release, actor: string): Promise<boolean> {
    return await this.#state.change(() => {
      if (!this.#state.engine.releases.isNews(release)) return { record: null, answer: () => false };
      return { record: { kind: 'fleet_release', at: this.#at(), release, actor }, answer: () => true };
    });
  }
}

/** The last word of the aggregator is no; what got no answer is tried again, and is no problem yet. */
function refusal(last: SentReport | undefined): string | null {
  return last?.outcome === 'refused' ? last.problem : null;
}

function shown({ round, releasedAt, sites, whole, cohorts, keyId }: Release): ReleaseShown {
  return {
    round,
    round_at: iso(releasedAt),
    sites: sites.length,
    devices: whole[FEATURE.devices] ?? 0,
    suppressed: cohorts.filter((each) => 'suppressed' in each).length,
    key_id: keyId,
  };
}
