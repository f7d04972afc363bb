import { signal } from "@preact/signals";
import type { ApiCode } from "../api/client.ts";

const wellFormed = /^[A-Za-z0-9_-]{22}(?:,[A-Za-z0-9_-]{22}){0,3}$/;
const inAddress = new URLSearchParams(location.search).get("with");

/** The invitation codes the viewer came with; the wall is then for them and those who invited them. */
export const company = signal<string | null>(inAddress !== null && wellFormed.test(inAddress) ? inAddress : null);
/** Why the viewer looks alone although they came to look together. */
export const companyEnded = signal<string | null>(null);

const endings: Partial<Record<ApiCode, string>> = {
  "invitation.not_found": "That invitation is no longer there; its owner may have taken it back.",
  "invitation.expired": "That invitation has run out; ask for a new link.",
  "invitation.own": "That link is your own invitation. Send it to somebody, and you will be on their wall.",
};

if (inAddress !== null && company.value === null) leave("That link is not whole; ask for it again.");

/** Whether the failure ends the company; then the viewer looks on alone and is told why. */
export function endCompany(code: ApiCode): boolean {
  const why = endings[code];
  if (why === undefined || company.value === null) return false;
  leave(why);
  return true;
}

/** From now on the wall is the viewer's alone, and the address says so. */
export function leave(why: string | null): void {
  company.value = null;
  companyEnded.value = why;
  const address = new URL(location.href);
  address.searchParams.delete("with");
  history.replaceState(history.state, "", address);
}
