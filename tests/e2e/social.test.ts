import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { RegionDetail, RegionList } from "#shared/contract/region.ts";
import { Communities, fewestPeople, Neighbours } from "#shared/contract/social.ts";
import { sql } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import type { ApiViewer } from "../harness/viewer.ts";

const stack = inject("stack");
const database = neonDatabase(stack.database.url, stack.database.endpoint);
const address = { "cf-connecting-ip": "203.0.113.60" };
const ask = (path: string, headers: Record<string, string> = address) => fetch(new URL(path, stack.url), { headers });
const regions = async () => RegionList.parse(await (await ask("/v1/regions")).json()).regions;
const spaceNow = async () => (await database.query(sql(`select space from spaces where state = 'serving'`)))[0]!["space"] as string;

/** The job that would write links and communities anew is held, as by another node, while tests write their own. */
const holder = randomUUID();
beforeAll(async () => {
  const hold = () => database.query(sql(
    `insert into job_runs (job, status, started_at, holder, held_until) values ('neighbours', 'running', now(), $1, now() + interval '5 minutes')
     on conflict (job) do update set holder = excluded.holder, held_until = excluded.held_until
     where job_runs.held_until is null or job_runs.held_until < now() returning job`,
    holder,
  ));
  while ((await hold()).length === 0) await new Promise((done) => setTimeout(done, 200));
});
afterAll(async () => {
  await database.query(sql(`update job_runs set holder = null, held_until = null where holder = $1`, holder));
});

/** A viewer who likes what stands for this region, until they have a stored puddle. */
async function whoLikes(imageIds: readonly string[]): Promise<ApiViewer> {
  const viewer = await mintViewer(stack);
  await viewer.act(...imageIds.map((imageId) => ({ kind: "love" as const, imageId })));
  await expect.poll(async () => (await database.query(sql(`select 1 from tastes where viewer_id = $1`, viewer.id))).length, { timeout: 10_000 }).toBe(1);
  return viewer;
}

describe("regions", () => {
  it("say how lively they are, and may be kept by anyone", async () => {
    const response = await ask("/v1/regions");
    expect(response.headers.get("cache-control")).toBe("public, max-age=1");
    const { regions: all } = RegionList.parse(await response.json());
    expect(all.length).toBeGreaterThan(3);
    for (const { activity, drying, top_images } of all) expect([activity >= 0, typeof drying, top_images.length > 0]).toEqual([true, "boolean", true]);
  });

  it("are each told with more images of theirs, what lies beside them, and where people go on to", async () => {
    const all = await regions();
    const response = await ask(`/v1/regions/${all[0]!.id}`);
    expect(response.headers.get("cache-control")).toContain("public");
    const detail = RegionDetail.parse(await response.json());
    expect(detail.region).toEqual(all[0]);
    const images = [...detail.region.top_images, ...detail.images].map(({ id }) => id);
    expect(new Set(images).size).toBe(images.length);
    expect(images.length).toBeLessThanOrEqual(detail.region.size);
    const distances = detail.near.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(detail.near.map(({ id }) => id)));
    const shares = detail.onward.reduce((sum, { share }) => sum + share, 0);
    expect(detail.onward.length === 0 ? 1 : shares).toBeCloseTo(1);
  });

  it("that are not there are not found", async () => {
    for (const id of ["r-nothing", "%E2%98%83", "x".repeat(64)]) await problemOf(await ask(`/v1/regions/${id}`), "region.not_found");
  });
});

describe("the viewer's neighbours", () => {
  /** Links as the job would write them, from `viewer` to so many others who share this region. */
  async function link(viewer: ApiViewer, people: number, region: string): Promise<string[]> {
    const others = Array.from({ length: people }, () => randomUUID());
    const space = await spaceNow();
    await database.transaction([
      sql(`insert into viewers (id) select unnest($1::uuid[])`, others),
      sql(
        `insert into viewer_links (space, viewer_id, neighbour_id, weight, shared) select $1, $2, unnest($3::uuid[]), 0.123456, $4::jsonb`,
        space, viewer.id, others, JSON.stringify([{ region_id: region, weight: 1 }]),
      ),
    ]);
    return others;
  }
  const neighboursOf = async (viewer: ApiViewer) => Neighbours.parse(await viewer.ask("GET", "/v1/me/neighbours"));

  it("are about so many people who share a puddle, and never who or exactly how many", async () => {
    const [region] = await regions();
    const viewer = await whoLikes(region!.top_images.slice(0, 4).map(({ id }) => id));
    const others = await link(viewer, 13, region!.id);
    const response = await viewer.send("GET", "/v1/me/neighbours");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const text = await response.text();
    const { links } = Neighbours.parse(JSON.parse(text));
    expect(links).toMatchObject([{ people: 10, region: { id: region!.id, label: region!.label } }]);
    const [puddle] = (await viewer.taste()).puddles.filter((one) => one.id === links[0]!.puddle_id);
    expect(links[0]!.image.id).toBe(puddle!.medoid!.id);
    const everything = text + JSON.stringify(await viewer.ask("GET", "/v1/me/export"));
    for (const hidden of [...others, "0.123456", "13 people"]) expect(everything).not.toContain(hidden);
  });

  it("are not told under five, as if there were none", async () => {
    const [region] = await regions();
    const viewer = await whoLikes(region!.top_images.slice(0, 3).map(({ id }) => id));
    const before = await neighboursOf(viewer);
    await link(viewer, fewestPeople - 1, region!.id);
    expect(await neighboursOf(viewer)).toEqual(before);
    expect(before.links).toEqual([]);
  });

  it("are hidden from a viewer who opted out, who is hidden from them too", async () => {
    const [region] = await regions();
    const ids = region!.top_images.slice(0, 3).map(({ id }) => id);
    const [viewer, leaving] = await Promise.all([whoLikes(ids), whoLikes(ids)]);
    await link(viewer, fewestPeople - 1, region!.id);
    await database.query(sql(
      `insert into viewer_links (space, viewer_id, neighbour_id, weight, shared) values ($1, $2, $3, 1, $4::jsonb), ($1, $3, $2, 1, $4::jsonb)`,
      await spaceNow(), viewer.id, leaving.id, JSON.stringify([{ region_id: region!.id, weight: 1 }]),
    ));
    expect((await neighboursOf(viewer)).links).toMatchObject([{ people: fewestPeople }]);
    expect((await leaving.send("PUT", "/v1/me/settings", { shared_taste: false })).status).toBe(200);
    expect((await neighboursOf(viewer)).links).toEqual([]);
    expect(await neighboursOf(leaving)).toMatchObject({ shared_taste: false, links: [] });
    expect((await leaving.taste()).settings).toMatchObject({ shared_taste: false });
    expect((await leaving.send("PUT", "/v1/me/settings", { adventure: 0.9 })).status).toBe(200);
    expect((await leaving.taste()).settings).toEqual({ adventure: 0.9, shared_taste: false, safety: "standard" });
  });

  it("are told to nobody without a token", async () => {
    await problemOf(await ask("/v1/me/neighbours"), "auth.missing");
  });
});

describe("communities", () => {
  const id = `test-${randomUUID().slice(0, 8)}`;

  it("are told to everyone from five people on, and a viewer's own to that viewer alone", async () => {
    const space = await spaceNow();
    const members = await Promise.all(Array.from({ length: fewestPeople }, () => mintViewer(stack)));
    const outsider = await mintViewer(stack);
    await database.transaction([
      sql(`insert into viewers (id) select unnest($1::uuid[])`, members.map((member) => member.id)),
      sql(`insert into communities (space, id, label, size, region_ids, top_image_ids) values ($1, $2, 'sea · calm', 5, '{}', '{}')`, space, id),
      sql(`insert into community_members (space, viewer_id, community_id) select $1, unnest($2::uuid[]), $3`, space, members.map((member) => member.id), id),
    ]);
    const publicly = await ask("/v1/communities");
    expect(publicly.headers.get("cache-control")).toBe("public, max-age=1");
    expect(publicly.headers.get("vary")?.toLowerCase()).toContain("authorization");
    const text = await publicly.text();
    const told = Communities.parse(JSON.parse(text));
    expect(told.communities.find((one) => one.id === id)).toEqual({ id, label: "sea · calm", people: fewestPeople, top_images: [] });
    expect(told.communities.every((one) => one.yours === undefined)).toBe(true);
    for (const member of members) expect(text).not.toContain(member.id);

    const own = await members[0]!.send("GET", "/v1/communities");
    expect(own.headers.get("cache-control")).toBe("private, no-store");
    const yours = async (viewer: ApiViewer) => Communities.parse(await viewer.ask("GET", "/v1/communities")).communities.find((one) => one.id === id)?.yours;
    expect(await yours(members[0]!)).toBe(true);
    expect(await yours(outsider)).toBe(false);

    expect((await members[1]!.send("PUT", "/v1/me/settings", { shared_taste: false })).status).toBe(200);
    expect(Communities.parse(await (await ask("/v1/communities")).json()).communities.map((one) => one.id)).not.toContain(id);
  });
});
