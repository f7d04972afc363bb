import { Hono } from "hono";
import { EmbedTextRequest, type EmbedTextAnswer } from "#shared/contract/node.ts";
import { textTowerOf } from "../models/text-towers.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { readJson } from "./read-json.ts";

/** `POST /v1/embed/text`: texts as vectors among the space's images. Without a text tower nothing is understood, which is no failure. */
export const embedTextRoutes = ({ calibration: { space, dim }, take }: Pick<Services, "calibration" | "take">) =>
  new Hono<SignedApiEnv>().post("/text", async (c) => {
    using _slot = take("embed");
    const { texts } = await readJson(c, EmbedTextRequest);
    const tower = await textTowerOf(space);
    const vectors = (await tower?.encode(texts)) ?? texts.map(() => undefined);
    const answer: EmbedTextAnswer = {
      space, dim,
      vectors: vectors.map((vector) => (vector === undefined ? null : Array.from(vector))),
      ...(tower === undefined ? {} : { calibration: tower.calibration }),
    };
    return c.json(answer);
  });
