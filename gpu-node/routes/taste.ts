import { Hono } from "hono";
import { z } from "zod";
import { ObserveRequest, type ForgetAnswer, type ObserveAnswer } from "#shared/contract/node.ts";
import { buildTasteView } from "#shared/stores/taste-view.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { parse, readJson } from "./read-json.ts";

/** Viewers caught up at the same time for one nudge. */
const atOnce = 4;

export const tasteRoutes = ({ keeper, collective, tasteViewParts, clock, take }: Pick<Services, "keeper" | "collective" | "tasteViewParts" | "clock" | "take">) =>
  new Hono<SignedApiEnv>()
    .post("/observe", async (c) => {
      using _slot = take("observe");
      const { viewers } = await readJson(c, ObserveRequest);
      const answer: z.infer<typeof ObserveAnswer> = { viewers: [] };
      for (let from = 0; from < viewers.length; from += atOnce) {
        const stretch = viewers.slice(from, from + atOnce);
        answer.viewers.push(
          ...(await Promise.all(
            stretch.map(async ({ viewer_id, offset }) => ({ viewer_id, offset: await keeper.reach(viewer_id, offset) })),
          )),
        );
      }
      return c.json(answer);
    })
    .get("/:viewer", async (c) => {
      using _slot = take("observe");
      const viewer = await keeper.current(viewerOf(c.req.param("viewer")));
      return c.json(await buildTasteView(tasteViewParts, viewer, { now: clock(), stale: false }));
    })
    .delete("/:viewer", (c) => {
      const viewer = viewerOf(c.req.param("viewer"));
      keeper.forget(viewer);
      collective.forget(viewer);
      return c.json({ forgotten: true } satisfies z.infer<typeof ForgetAnswer>);
    });

function viewerOf(param: string): string {
  return parse(z.object({ viewer: z.uuid() }), { viewer: param }).viewer;
}
