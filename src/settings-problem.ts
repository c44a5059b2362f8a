import type { z } from 'zod';

/** What is wrong with an environment variable, and what would be right. */
export function settingsProblem(issue: z.core.$ZodIssue): string {
  const words =
    issue.code === 'invalid_value'
      ? `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
      : issue.message;
  return `${String(issue.path[0])}: ${words}`;
}
