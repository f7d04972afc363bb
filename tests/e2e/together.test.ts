import { describe, expect, inject, it } from "vitest";
import type { FeedPage } from "#shared/contract/feed.ts";
import { Invitation } from "#shared/contract/social.ts";
import { sql } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { goodClaims, mintToken, mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { ApiViewer } from "../harness/viewer.ts";

const stack = inject("stack");
const database = neonDatabase(stack.database.url, stack.database.endpoint);

const invite = async (viewer: ApiViewer): Promise<string> => Invitation.parse(await viewer.ask("POST", "/v1/me/invitations")).code;
const together = (viewer: ApiViewer, ...codes: string[]) => viewer.ask<FeedPage>("GET", `/v1/feed?limit=24&with=${codes.join(",")}`);
const after = (viewer: ApiViewer, page: FeedPage) => viewer.ask<FeedPage>("GET", `/v1/feed?cursor=${encodeURIComponent(page.cursor!)}`);
const idsOf = (page: FeedPage) => page.items.map((item) => item.image.id);

/** A viewer whose taste is one style, known to the node. */
async function whoLoves(style: string): Promise<{ viewer: ApiViewer; liked: string[] }> {
  const rows = await database.query(sql(`select id from images where style = $1 order by id limit 5`, style));
  const liked = rows.map((row) => row["id"] as string);
  expect(liked.length).toBe(5);
  const viewer = await mintViewer(stack);
  await viewer.act(...liked.map((imageId) => ({ kind: "love" as const, imageId })));
  return { viewer, liked };
}

const styles = (await database.query(sql(`select style from images group by style having count(*) >= 8 order by style limit 2`))).map((row) => row["style"] as string);
const [one = "", two = ""] = styles;
const shareOf = (page: FeedPage, style: string) => page.items.filter((item) => item.image.style === style).length / page.items.length;

describe("a feed with a friend", () => {
  it("is for both, page after page, and tells neither who they are nor what they did", async () => {
    const [host, guest] = await Promise.all([whoLoves(one), whoLoves(two)]);
    const code = await invite(host.viewer);
    const first = await together(guest.viewer, code);
    const second = await after(guest.viewer, first);
    for (const style of [one, two]) expect(shareOf({ ...first, items: [...first.items, ...second.items] }, style), style).toBeGreaterThan(0);
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(first.items.length + second.items.length);

    const held = JSON.stringify(await guest.viewer.ask("GET", "/v1/me/export"));
    const told = JSON.stringify([first, second]) + held;
    expect(told).not.toContain(host.viewer.id);
    const own = new Set((await guest.viewer.taste()).puddles.map((puddle) => puddle.medoid?.id));
    for (const { why } of [...first.items, ...second.items]) {
      expect(host.liked).not.toContain(why.anchor_image_id);
      if (why.term === "puddle" && why.anchor_image_id !== undefined) expect(own).toContain(why.anchor_image_id);
    }
    expect(told).not.toContain("with:");
  });

  it("leaves out what the friend hides, on the very next page", async () => {
    const [host, guest] = await Promise.all([whoLoves(one), whoLoves(one)]);
    const code = await invite(host.viewer);
    const first = await together(guest.viewer, code);
    // A good part of the gallery, so that a page that did not know would hold some of it.
    const rows = await database.query(sql(`select id from images where not (id = any($1::uuid[])) order by id limit 90`, [...idsOf(first), ...host.liked]));
    const hidden = rows.map((row) => row["id"] as string);
    expect(hidden).toHaveLength(90);
    await host.viewer.act(...hidden.map((imageId) => ({ kind: "hide" as const, imageId })));
    const second = await after(guest.viewer, first);
    for (const id of hidden) expect(idsOf(second)).not.toContain(id);
  });

  it("gets the same page again for the same cursor", async () => {
    const [host, guest] = await Promise.all([whoLoves(one), mintViewer(stack)]);
    const first = await together(guest, await invite(host.viewer));
    const [again, andAgain] = [await after(guest, first), await after(guest, first)];
    expect(andAgain.page_id).toBe(again.page_id);
  });

  it("takes up to four friends, and says so where there are more", async () => {
    const guest = await mintViewer(stack);
    const codes = await Promise.all(Array.from({ length: 5 }, async () => invite(await mintViewer(stack))));
    expect((await together(guest, ...codes.slice(0, 4))).items.length).toBeGreaterThan(0);
    const problem = await problemOf(await guest.send("GET", `/v1/feed?with=${codes.join(",")}`), "request.invalid");
    expect(problem.fields?.[0]?.field).toBe("query.with");
  });
});

describe("an invitation", () => {
  it("opens nothing once it is taken back, not even the next page of a feed under way", async () => {
    const [host, guest] = await Promise.all([mintViewer(stack), mintViewer(stack)]);
    const code = await invite(host);
    const first = await together(guest, code);
    expect((await host.send("DELETE", "/v1/me/invitations")).status).toBe(204);
    await problemOf(await guest.send("GET", `/v1/feed?with=${code}`), "invitation.not_found");
    await problemOf(await guest.send("GET", `/v1/feed?cursor=${encodeURIComponent(first.cursor!)}`), "invitation.not_found");
  });

  it("goes with its owner when they are erased", async () => {
    const [host, guest] = await Promise.all([mintViewer(stack), mintViewer(stack)]);
    const code = await invite(host);
    await host.send("DELETE", "/v1/me");
    await problemOf(await guest.send("GET", `/v1/feed?with=${code}`), "invitation.not_found");
  });

  it("runs out, and is of no use to the one who made it", async () => {
    const [host, guest] = await Promise.all([mintViewer(stack), mintViewer(stack)]);
    const code = await invite(host);
    await problemOf(await host.send("GET", `/v1/feed?with=${code}`), "invitation.own");
    await database.query(sql(`update invitations set expires_at = now() - interval '1 second' where viewer_id = $1`, host.id));
    await problemOf(await guest.send("GET", `/v1/feed?with=${code}`), "invitation.expired");
  });

  it("cannot be guessed, is kept as a digest, and is in its owner's export without the code", async () => {
    const host = await mintViewer(stack);
    const code = await invite(host);
    await problemOf(await host.send("GET", `/v1/feed?with=${"A".repeat(22)}`), "invitation.not_found");
    const rows = await database.query(sql(`select invitations::text as row from invitations where viewer_id = $1`, host.id));
    expect(rows).toHaveLength(1);
    expect(rows[0]!["row"]).not.toContain(code);
    const held = await host.ask<{ invitations: { expires_at: string }[] }>("GET", "/v1/me/export");
    expect(held.invitations).toHaveLength(1);
    expect(JSON.stringify(held)).not.toContain(code);
  });

  it("is not made without a viewer's token, and other viewers' stay when one takes theirs back", async () => {
    const [host, other, guest] = await Promise.all([mintViewer(stack), mintViewer(stack), mintViewer(stack)]);
    const operator = new ApiViewer(stack.url, host.id, await mintToken(stack.jwtSecret, { ...goodClaims(host.id), scope: "operator" }));
    await problemOf(await operator.send("POST", "/v1/me/invitations"), "auth.scope");
    const code = await invite(host);
    await other.send("DELETE", "/v1/me/invitations");
    expect((await together(guest, code)).items.length).toBeGreaterThan(0);
  });
});
