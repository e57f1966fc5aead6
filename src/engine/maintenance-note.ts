import { type Detection, type Evidence, LIMITS, type MaintenanceWindow } from '../model/index.ts';

/** Beside the note. */
const ROOM = LIMITS.evidencePerFactor - 1;

/** An act that says in which window it was. */
export function during({ id }: MaintenanceWindow, detection: Detection): Detection {
  const note: Evidence = {
    summary: `During the maintenance window ${id}`,
    at: detection.at,
    sensor: null,
    uid: null,
    communityId: null,
    count: null,
    subject: id,
  };
  const [shown, cut] = [detection.evidence.slice(0, ROOM), detection.evidence.slice(ROOM)];
  const targets = [...(detection.targets ?? []), ...cut];
  return { ...detection, evidence: [...shown, note], targets };
}
