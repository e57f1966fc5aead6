import type { FleetPosture, RiskLevel } from '../model/index.ts';
import { columns, counted } from './table.ts';
import type { Paint } from './screen-text.ts';
import type { Terminal } from './terminal.ts';

const SHOWN_AT_RISK = 10;

/** The fleet's posture as a person reads it. */
export function fleetText(posture: FleetPosture, terminal: Terminal): string {
  if (posture.score_basis === 'none')
    return 'Nothing is known of the fleet yet: stance ingest PATH, or POST /v1/events.';
  const { score, devices_at_risk: atRisk, devices_at_risk_total: total } = posture;
  const facts = [
    counted(posture.device_count, 'device'),
    counted(posture.open_anomalies, 'open anomaly', 'open anomalies'),
    counted(posture.active_incidents, 'active incident'),
    `${counted(posture.policy_violations_24h, 'policy violation')} in 24 h`,
  ];
  const shown = atRisk.slice(0, SHOWN_AT_RISK);
  const rows = shown.map(({ device_id, risk, reason }) => [
    `  ${device_id}`,
    paintedRisk(risk, terminal),
    reason,
  ]);
  const more = total - shown.length;
  return [
    `${terminal.paint('bold', 'Fleet posture')}  ${terminal.paint(scoreColour(score), `${score} of 100`)}, ${trendText(posture)}`,
    facts.join(' · '),
    `Sites: ${posture.coverage.sites.join(', ') || 'none'} · as of ${posture.as_of}`,
    ...fleetWideText(posture),
    '',
    ...(rows.length === 0
      ? ['No device is at risk.']
      : [terminal.paint('bold', 'Devices at risk'), ...columns(rows)]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** All sites of the tenant, where a release tells of them. */
function fleetWideText({ fleet }: FleetPosture): string[] {
  if (fleet === null) return [];
  const { score, devices, sites, round_at: at } = fleet;
  return [
    `All sites: ${score} of 100 · ${counted(devices, 'device')} at ${counted(sites, 'site')} · as of ${at}`,
  ];
}

export function paintedRisk(risk: RiskLevel, terminal: Terminal): string {
  const colours: Readonly<Record<RiskLevel, Paint>> = {
    critical: 'red',
    high: 'red',
    medium: 'yellow',
    low: 'green',
  };
  return terminal.paint(colours[risk], risk);
}

function trendText({ trend, trend_basis: basis, trend_delta: delta }: FleetPosture): string {
  if (basis === 'insufficient_history' || delta === null) return `${trend} (too little history for a trend)`;
  return `${trend} (${delta < 0 ? '−' : '+'}${Math.abs(delta)} in 24 h)`;
}

/** The page's bands: 0–40 high risk, 41–70 moderate, 71–100 healthy. */
function scoreColour(score: number): Paint {
  if (score <= 40) return 'red';
  return score <= 70 ? 'yellow' : 'green';
}
