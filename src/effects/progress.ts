/** One line of progress for a person, and how far it is where that is known. */
export interface ProgressReport {
  readonly what: string;
  /** 0…1, or `null` where the end is not known. */
  readonly share: number | null;
}
export type Progress = (report: ProgressReport) => void;
