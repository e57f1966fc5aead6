import type { Publication } from '../model/index.ts';
import { detectionFinding } from './detection-finding.ts';
import type { Finding, Producer } from './finding.ts';
import { incidentFinding } from './incident-finding.ts';
import { isIncidentNews, isNews } from './news.ts';
import { riskFinding } from './risk-finding.ts';

/** What a published change says to receivers: of an anomaly first itself, then its incidents; nothing where that is no news. */
export function findingsOf(publication: Publication, producer: Producer): readonly Finding[] {
  if (publication.kind === 'risk') return [riskFinding(publication, producer)];
  const { before, anomaly, incidents } = publication;
  return [
    ...(isNews(before, anomaly) ? [detectionFinding(publication, producer)] : []),
    ...incidents.filter(isIncidentNews).map((incident) => incidentFinding(publication, incident, producer)),
  ];
}
