import { Hono } from "hono";
import type { z } from "zod";
import { ForgetImagesRequest, type ForgetAnswer } from "#shared/contract/node.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { readJson } from "./read-json.ts";

/** `POST /v1/images/forget`: images were removed; nothing here remembers them from now on. */
export const imageRoutes = ({ vectors, memory }: Pick<Services, "vectors" | "memory">) =>
  new Hono<SignedApiEnv>().post("/forget", async (c) => {
    const { image_ids } = await readJson(c, ForgetImagesRequest);
    vectors.drop(image_ids);
    memory.forget(image_ids);
    return c.json({ forgotten: true } satisfies z.infer<typeof ForgetAnswer>);
  });
