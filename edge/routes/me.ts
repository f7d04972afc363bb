import { z } from "zod";
import { Changed, SettingsChange, TasteView, UndoRequest } from "#shared/contract/taste.ts";
import { ViewerExport } from "#shared/contract/session.ts";
import { storable } from "#shared/contract/storable.ts";
import { authenticate } from "../middleware/authenticate.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { refuseErased } from "../middleware/refuse-erased.ts";
import type { Services } from "../services.ts";
import { bearerAuth, createRoute, json, problems, router } from "./router.ts";

const reading = [authenticate("viewer"), rateLimit("read"), refuseErased];
const erasing = [authenticate("viewer"), rateLimit("write"), bodyLimit(4_096)];
const writing = [...erasing, refuseErased];
const always = ["auth.missing", "auth.invalid", "auth.scope", "viewer.erased", "rate.limited", "store.away"] as const;
const target = z.object({ id: storable(z.string().min(1).max(64)) });

const taste = createRoute({
  method: "get", path: "/v1/me/taste", summary: "The viewer's taste, with a map of it", security: bearerAuth, middleware: reading,
  responses: { 200: json(TasteView, "As of now, or as last known while the node is away"), ...problems(...always) },
});
const forgetPuddle = createRoute({
  method: "delete", path: "/v1/me/taste/puddles/{id}", summary: "Forgets one puddle", security: bearerAuth, middleware: writing,
  request: { params: target },
  responses: { 200: json(Changed, "Forgotten"), ...problems(...always, "request.invalid", "body.too_large", "taste.unknown_puddle") },
});
const forgetSuppressed = createRoute({
  method: "delete", path: "/v1/me/taste/suppressed/{id}", summary: "Lets what was suppressed come again", security: bearerAuth, middleware: writing,
  request: { params: target },
  responses: { 200: json(Changed, "Forgotten"), ...problems(...always, "request.invalid", "body.too_large", "taste.unknown_puddle") },
});
const undo = createRoute({
  method: "post", path: "/v1/me/taste/undo", summary: "Takes an act back, the latest unless named", security: bearerAuth, middleware: writing,
  request: { body: { required: false, content: { "application/json": { schema: UndoRequest } } } },
  responses: { 200: json(Changed, "Taken back, as if it had never been"), ...problems(...always, "request.invalid", "request.malformed", "request.unsupported_type", "body.too_large", "taste.nothing_to_undo") },
});
const settings = createRoute({
  method: "put", path: "/v1/me/settings", summary: "Changes the viewer's settings; what is left out stays", security: bearerAuth, middleware: writing,
  request: { body: { required: true, content: { "application/json": { schema: SettingsChange } } } },
  responses: { 200: json(Changed, "Saved; the next page follows them"), ...problems(...always, "request.invalid", "request.malformed", "request.unsupported_type", "body.too_large") },
});
const takeAway = createRoute({
  method: "get", path: "/v1/me/export", summary: "Everything held about the viewer", security: bearerAuth, middleware: reading,
  responses: { 200: json(ViewerExport, "One JSON document"), ...problems(...always) },
});
const erase = createRoute({
  method: "delete", path: "/v1/me", summary: "Erases the viewer from every store and cache", security: bearerAuth, middleware: erasing,
  responses: { 204: { description: "Erased; the token is worth nothing from now on" }, ...problems(...always, "body.too_large") },
});

export const meRoutes = ({ readTaste, controlTaste, dataRights }: Pick<Services, "readTaste" | "controlTaste" | "dataRights">) =>
  router()
    .openapi(taste, async (c) => c.json(await readTaste(c.var.viewer.id, c.var.asking), 200, { "cache-control": "private, no-store" }))
    .openapi(forgetPuddle, async (c) => c.json(await controlTaste.forgetPuddle(c.var.viewer.id, c.req.valid("param").id, c.var.asking), 200))
    .openapi(forgetSuppressed, async (c) => c.json(await controlTaste.forgetSuppressed(c.var.viewer.id, c.req.valid("param").id, c.var.asking), 200))
    .openapi(undo, async (c) => c.json(await controlTaste.undo(c.var.viewer.id, c.req.valid("json").event_id ?? null, c.var.asking), 200))
    .openapi(settings, async (c) => c.json(await controlTaste.saveSettings(c.var.viewer.id, c.req.valid("json"), c.var.asking), 200))
    .openapi(takeAway, async (c) =>
      c.json(await dataRights.everything(c.var.viewer.id), 200, {
        "cache-control": "private, no-store",
        "content-disposition": `attachment; filename="miraveja-export.json"`,
      }))
    .openapi(erase, async (c) => {
      await dataRights.erase(c.var.viewer.id, c.var.asking);
      return c.body(null, 204);
    });
