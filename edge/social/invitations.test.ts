import { describe, expect, it } from "vitest";
import { invitationCode } from "#shared/contract/social.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import type { HeldInvitation, InvitationStore } from "#shared/stores/invitation-store.ts";
import { invitations } from "./invitations.ts";

const mine = "00000000-0000-4000-8000-00000000000a";
const theirs = "00000000-0000-4000-8000-00000000000b";
const start = Date.UTC(2026, 10, 21);

function world() {
  let now = start;
  const held: HeldInvitation[] = [];
  const store: InvitationStore = {
    add: (invitation) => Promise.resolve(void held.push(invitation)),
    byDigests: (digests) => Promise.resolve(held.filter((one) => digests.includes(one.code_digest))),
    removeOf: (viewerId) => Promise.resolve(void held.splice(0, held.length, ...held.filter((one) => one.viewer_id !== viewerId))),
  };
  return { held, ...invitations({ store, clock: () => now }), pass: (ms: number) => (now += ms) };
}

describe("an invitation", () => {
  it("is a code of 128 random bits that lets others look together, and of which only a digest is held", async () => {
    const { invite, companions, held } = world();
    const [one, two] = [await invite(theirs), await invite(theirs)];
    expect(one.code).toMatch(invitationCode);
    expect(one.code).not.toBe(two.code);
    expect(JSON.stringify(held)).not.toContain(one.code);
    expect(await companions(mine, [one.code])).toEqual([theirs]);
  });

  it("names a companion once, however many of their codes are sent", async () => {
    const { invite, companions } = world();
    const codes = [(await invite(theirs)).code, (await invite(theirs)).code];
    expect(await companions(mine, codes)).toEqual([theirs]);
  });

  it("opens nothing once it is taken back, has run out, or where it is the viewer's own", async () => {
    const { invite, companions, takeBack, pass } = world();
    const { code, expires_at } = await invite(theirs);
    expect(Date.parse(expires_at)).toBe(start + 7 * dayMs);
    await expect(companions(theirs, [code])).rejects.toMatchObject({ code: "invitation.own" });
    pass(7 * dayMs - 1);
    expect(await companions(mine, [code])).toEqual([theirs]);
    pass(1);
    await expect(companions(mine, [code])).rejects.toMatchObject({ code: "invitation.expired" });
    await takeBack(theirs);
    await expect(companions(mine, [code])).rejects.toMatchObject({ code: "invitation.not_found" });
  });

  it("is refused with the others where one of several is not known, and nothing thrown says whose they are", async () => {
    const { invite, companions } = world();
    const { code } = await invite(theirs);
    const refused = await companions(mine, [code, "x".repeat(22)]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "invitation.not_found" });
    expect(JSON.stringify(refused) + String(refused)).not.toContain(theirs);
  });
});
