import type { z } from 'zod';
import { type ToolProblem, wordIssue } from '../model/index.ts';

const ISSUES_SHOWN = 5;

/** One plain sentence per wrong argument: the field, what came, what is allowed. */
export function wordIssues(
  tool: string,
  issues: readonly z.core.$ZodIssue[],
  allowed: readonly string[],
  input: unknown,
): string {
  const lines = issues.slice(0, ISSUES_SHOWN).map((issue) => wordIssue(issue, allowed, input));
  const more = issues.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more.`);
  return `Invalid arguments for ${tool}. ${lines.join(' ')}`;
}

/** An expected outcome that is not an answer: what was looked for, and the nearest ids. */
export function wordProblem(problem: ToolProblem): string {
  if (problem.nearest.length === 0) return problem.message;
  return `${problem.message}\nNearest ids: ${problem.nearest.join(', ')}`;
}
