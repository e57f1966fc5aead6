import type { OscalDocument } from '../../compliance/index.ts';
import type { AttestedAs, ComplianceReport, ComplianceWordAnswer, Framework } from '../../model/index.ts';

export const REPORT_FORMATS = ['json', 'oscal'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What is asked of compliance, and what people say of controls. The keys are those of `POST /v1/compliance/…`. */
export interface ComplianceOperations {
  compliance_report(args: ComplianceReportArgs): Promise<ComplianceReport | OscalDocument>;
  compliance_words(args: Record<string, never>): Promise<{ words: readonly ComplianceWordAnswer[] }>;
  compliance_attest(args: AttestArgs): Promise<ComplianceWordAnswer>;
  compliance_except(args: ExceptArgs): Promise<ComplianceWordAnswer>;
  compliance_withdraw(args: WithdrawArgs): Promise<ComplianceWordAnswer>;
}

export interface ComplianceReportArgs {
  readonly framework: Framework;
  readonly format: ReportFormat;
  /** ISO 8601; `null`: now. */
  readonly as_of: string | null;
}

interface SaidArgs {
  readonly framework: Framework;
  readonly control: string;
  readonly owner: string | null;
  readonly reason: string | null;
  /** ISO 8601; one of the two is given. */
  readonly until: string | null;
  readonly days: number | null;
  readonly actor: string;
}

export interface AttestArgs extends SaidArgs {
  readonly says: AttestedAs;
}

export interface ExceptArgs extends SaidArgs {
  /** `null`: the whole control. */
  readonly entity: string | null;
}

export interface WithdrawArgs {
  readonly word: string;
  readonly actor: string;
  readonly reason: string | null;
}
