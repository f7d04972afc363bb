import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { sha256Hex } from "#shared/kernel/sha256.ts";
import { sql } from "#shared/stores/database.ts";
import { invitationStore } from "#shared/stores/invitation-store.ts";
import { socialView } from "#shared/stores/social-view.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { settingsOf, viewerStore } from "#shared/stores/viewer-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";

const space = "social-space";
let world: EmbeddedDatabase;
let viewers: string[];

beforeAll(async () => {
  world = await embeddedDatabase();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Seven viewers: the first linked to the six others in two regions, and all in one community. */
beforeEach(async () => {
  viewers = Array.from({ length: 7 }, () => randomUUID()).sort();
  const [me, ...others] = viewers;
  const shared = (n: number) => JSON.stringify([{ region_id: "wide", weight: 1 }, ...(n < 4 ? [{ region_id: "narrow", weight: 0.5 }] : [])]);
  await world.database.transaction([
    sql(`truncate viewers, communities, bridge_images, region_transitions, erased_viewers cascade`),
    sql(`insert into viewers (id) select unnest($1::uuid[])`, viewers),
    ...others.map((other, n) => sql(`insert into viewer_links (space, viewer_id, neighbour_id, weight, shared) values ($1, $2, $3, 0.5, $4::jsonb)`, space, me, other, shared(n))),
    sql(`insert into communities (space, id, label, size, region_ids, top_image_ids) values ($1, 'c', 'calm · sea', 7, '{}', '{}')`, space),
    sql(`insert into community_members (space, viewer_id, community_id) select $1, unnest($2::uuid[]), 'c'`, space, viewers),
  ]);
});

const view = () => socialView(world.database);
const store = () => viewerStore(world.database);

describe("what viewers tell about each other", () => {
  it("is how many share a region with the viewer", async () => {
    expect(await view().sharedRegions(space, viewers[0]!)).toEqual([{ region_id: "wide", people: 6 }, { region_id: "narrow", people: 4 }]);
    expect(await view().sharedRegions(space, viewers[1]!)).toEqual([]);
    expect(await view().sharedRegions("another-space", viewers[0]!)).toEqual([]);
  });

  it("counts nobody who opted out, from that moment on and both ways", async () => {
    const out = viewers[1]!;
    await store().saveSettings(out, { shared_taste: false }, await digestOfViewer(out));
    expect((await view().sharedRegions(space, viewers[0]!))[0]).toEqual({ region_id: "wide", people: 5 });
    expect(await view().communityOf(space, out)).toBeNull();
    expect((await view().communities(space))[0]!.people).toBe(6);
  });

  it("counts nobody who opted out even where a job that had read before wrote them back", async () => {
    const out = viewers[1]!;
    await world.database.query(sql(`update viewers set settings = '{"shared_taste": false}' where id = $1`, out));
    expect((await view().sharedRegions(space, viewers[0]!))[0]!.people).toBe(5);
    expect((await view().communities(space))[0]!.people).toBe(6);
  });

  it("names no community that has fallen under five people", async () => {
    for (const gone of viewers.slice(0, 3)) await store().erase(gone, await digestOfViewer(gone));
    expect(await view().communities(space)).toEqual([]);
  });

  it("tells of moves that five or more made, and not of staying", async () => {
    const move = (to: string, weight: number, people: number) =>
      sql(`insert into region_transitions (space, community_id, from_region, to_region, weight, viewers) values ($1, '', 'a', $2, $3, $4)`, space, to, weight, people);
    await world.database.transaction([move("b", 3, 5), move("c", 9, 4), move("a", 20, 50), move("d", 5, 8)]);
    expect(await view().onward(space, "a", 5)).toEqual([{ region_id: "d", weight: 5 }, { region_id: "b", weight: 3 }]);
  });

  it("goes with a viewer who is erased, from others' rows too", async () => {
    const gone = viewers[1]!;
    await invitationStore(world.database).add({ code_digest: "d", viewer_id: gone, expires_at: Date.now() + dayMs }, 10, await digestOfViewer(gone));
    await store().erase(gone, await digestOfViewer(gone));
    const [left] = await world.database.query(sql(
      `select (select count(*) from viewer_links where viewer_id = $1 or neighbour_id = $1)::int as links,
              (select count(*) from community_members where viewer_id = $1)::int as members, (select count(*) from invitations where viewer_id = $1)::int as invitations`,
      gone,
    ));
    expect(left).toEqual({ links: 0, members: 0, invitations: 0 });
  });
});

describe("settings", () => {
  it("stored before there was shared taste are read with it on", () => {
    expect(settingsOf({ adventure: 0.9 })).toEqual({ adventure: 0.9, shared_taste: true, safety: "standard" });
  });

  it("keep what a change leaves out: the dial of an older client opts nobody in again", async () => {
    const [viewer] = viewers;
    await store().saveSettings(viewer!, { shared_taste: false }, await digestOfViewer(viewer!));
    await store().saveSettings(viewer!, { adventure: 0.1 }, await digestOfViewer(viewer!));
    expect(await store().settings(viewer!)).toEqual({ adventure: 0.1, shared_taste: false, safety: "standard" });
  });
});

describe("invitations", () => {
  const add = async (viewerId: string, code: string, expires_at: number, most = 10) =>
    invitationStore(world.database).add({ code_digest: await sha256Hex(code), viewer_id: viewerId, expires_at }, most, await digestOfViewer(viewerId));

  it("are held by their digests, found by them, and taken back together", async () => {
    const store = invitationStore(world.database);
    const [me, other] = viewers;
    const at = Date.UTC(2027, 0, 1);
    await add(me!, "one", at);
    await add(me!, "two", at);
    await add(other!, "three", at);
    const digests = await Promise.all(["one", "three", "never"].map(sha256Hex));
    expect((await store.byDigests(digests)).sort((a, b) => a.viewer_id.localeCompare(b.viewer_id))).toEqual([
      { code_digest: digests[0], viewer_id: me, expires_at: at }, { code_digest: digests[1], viewer_id: other, expires_at: at },
    ]);
    await store.removeOf(me!);
    expect((await store.byDigests(digests)).map((one) => one.viewer_id)).toEqual([other]);
  });

  it("of one viewer are bounded: the oldest go, and everybody's that ran out a month ago", async () => {
    const [me, other] = viewers;
    const now = Date.now();
    await add(other!, "ancient", now - 31 * dayMs);
    for (let n = 0; n < 5; n++) await add(me!, `code ${n}`, now + n * dayMs, 3);
    const held = await invitationStore(world.database).byDigests(await Promise.all(["ancient", ...[0, 1, 2, 3, 4].map((n) => `code ${n}`)].map(sha256Hex)));
    expect(held.map((one) => one.expires_at).sort()).toEqual([2, 3, 4].map((n) => now + n * dayMs));
  });

  it("are not made by a viewer who was erased", async () => {
    const [me] = viewers;
    await store().erase(me!, await digestOfViewer(me!));
    await expect(add(me!, "late", Date.now() + dayMs)).rejects.toMatchObject({ code: "viewer.erased" });
  });
});
