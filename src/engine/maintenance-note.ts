import { type Detection, type Evidence, LIMITS, type MaintenanceWindow } from '../model/index.ts';

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
  const evidence = [...detection.evidence.slice(0, LIMITS.evidencePerFactor - 1), note];
  return { ...detection, evidence };
}

/** Whether evidence only tells in which window something was. */
export function isMaintenanceNote({ subject }: Evidence): boolean {
  return subject?.startsWith('mnt_') === true;
}
