import { Communities, Invitation, Neighbours } from "#shared/contract/social.ts";
import { authenticate, viewerIfKnown } from "../middleware/authenticate.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { refuseErased } from "../middleware/refuse-erased.ts";
import type { Services } from "../services.ts";
import { bearerAuth, byViewer, createRoute, json, own, problems, router } from "./router.ts";

const always = ["auth.missing", "auth.invalid", "auth.scope", "viewer.erased", "rate.limited", "store.away"] as const;
const writing = [authenticate("viewer"), rateLimit("write"), bodyLimit(4_096), refuseErased];

const neighbours = createRoute({
  method: "get", path: "/v1/me/neighbours", summary: "Which of the viewer's puddles others share; never who", security: bearerAuth,
  middleware: [authenticate("viewer"), rateLimit("read"), refuseErased],
  responses: { 200: json(Neighbours, "About how many people share each; empty, and saying so, where the viewer opted out"), ...problems(...always) },
});
const communities = createRoute({
  method: "get", path: "/v1/communities", summary: "People of a like taste, and images between them",
  middleware: [rateLimit("read")] as const,
  responses: { 200: json(Communities, "Largest first; with a token, the viewer's own is marked"), ...problems("rate.limited", "store.away") },
});
const invite = createRoute({
  method: "post", path: "/v1/me/invitations", summary: "A code with which others may look together with the viewer", security: bearerAuth, middleware: writing,
  responses: { 201: json(Invitation, "The code, told this once; send it along as /v1/feed?with=code"), ...problems(...always, "body.too_large") },
});
const takeBack = createRoute({
  method: "delete", path: "/v1/me/invitations", summary: "Takes back every invitation of the viewer's", security: bearerAuth, middleware: writing,
  responses: { 204: { description: "Their codes open nothing from now on" }, ...problems(...always, "body.too_large") },
});

export const socialRoutes = ({ readNeighbours, listCommunities, invitations }: Pick<Services, "readNeighbours" | "listCommunities" | "invitations">) =>
  router()
    .openapi(neighbours, async (c) => c.json(await readNeighbours(c.var.viewer.id), 200, own))
    .openapi(communities, async (c) => {
      const viewer = await viewerIfKnown(c);
      return c.json(await listCommunities(viewer?.id ?? null), 200, byViewer(c, viewer));
    })
    .openapi(invite, async (c) => c.json(await invitations.invite(c.var.viewer.id), 201, { "cache-control": "no-store" }))
    .openapi(takeBack, async (c) => {
      await invitations.takeBack(c.var.viewer.id);
      return c.body(null, 204);
    });
