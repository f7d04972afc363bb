import { Hono } from "hono";
import type { ModelsAnswer } from "#shared/contract/node.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";

/** `GET /v1/models`: which models there are, and what those that are loaded hold of the memory. */
export const modelRoutes = ({ models, vram, spaces }: Pick<Services, "models" | "vram" | "spaces">) =>
  new Hono<SignedApiEnv>().get("/", async (c) => {
    const known = await models.list();
    const { device, tier, figures, holdings } = vram.view();
    const answer: ModelsAnswer = {
      device, tier,
      memory: {
        capacity_bytes: figures.capacityBytes, reserved_bytes: figures.reservedBytes, loaded_bytes: figures.loadedBytes,
        evictable_bytes: figures.evictableBytes, free_bytes: figures.freeBytes,
      },
      held: holdings,
      spaces: await spaces(),
      models: known.map(({ name, roles, licence, state, bytes }) => ({ name, roles, licence, files: state, bytes })),
    };
    return c.json(answer);
  });
