import { Hono } from "hono";
import { ComposeRequest } from "#shared/contract/node.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { readJson } from "./read-json.ts";

export const feedRoutes = ({ composePages, take }: Pick<Services, "composePages" | "take">) =>
  new Hono<SignedApiEnv>().post("/compose", async (c) => {
    using _slot = take("compose");
    const request = await readJson(c, ComposeRequest);
    return c.json(await composePages(request, c.req.raw.signal));
  });
