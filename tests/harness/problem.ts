import { expect } from "vitest";
import { failures, problemContentType, type FailureCode, type Problem } from "#shared/contract/failures.ts";

/** What must never be told: where code lies, how a store is asked, what was thrown. */
const innards = /\bat (?:async )?[\w$.<> ]+ ?\(|\bnode_modules\b|file:\/\/|\/(?:tmp|home|root|usr|work|var)\/|\.(?:ts|js|mjs):\d|\b(?:select .+ from|insert into|delete from|update \w+ set)\b|\bNeonDbError\b|\bsyntax error\b|\bpostgres(?:ql)?:\/\//i;

export function expectNoInnards(text: string): void {
  expect(innards.exec(text)?.[0], `the answer tells of its innards: ${text.slice(0, 400)}`).toBeUndefined();
}

/** The answer as the problem it must be: its code in the table, its status the code's, its id the header's. */
export async function problemOf(response: Response, code?: FailureCode): Promise<Problem> {
  const text = await response.text();
  expect(response.headers.get("content-type"), text.slice(0, 400)).toBe(problemContentType);
  expectNoInnards(text);
  const problem = JSON.parse(text) as Problem;
  expect(Object.keys(failures)).toContain(problem.code);
  if (code !== undefined) expect(problem.code, text).toBe(code);
  expect({ status: response.status, body: problem.status }).toEqual({ status: failures[problem.code].status, body: failures[problem.code].status });
  expect(problem.title).toBe(failures[problem.code].says);
  expect(problem.request_id).toBeTruthy();
  expect(problem.request_id).toBe(response.headers.get("x-request-id"));
  if (failures[problem.code].retry) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  return problem;
}
