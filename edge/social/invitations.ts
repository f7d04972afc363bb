import { Failure } from "#shared/contract/failures.ts";
import { invitationDays, type Invitation } from "#shared/contract/social.ts";
import { base64UrlEncode } from "#shared/kernel/base64.ts";
import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import { sha256Hex } from "#shared/kernel/sha256.ts";
import type { InvitationStore } from "#shared/stores/invitation-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";

/** Looking together: a viewer hands out a code, and whoever sends it along with a feed gets pages composed for both. */
export interface Invitations {
  /** A new code; it is told here once and never again. */
  invite: (viewerId: string) => Promise<Invitation>;
  takeBack: (viewerId: string) => Promise<void>;
  companions: Companions;
}

/**
 * The viewers behind the codes, each once. Refuses codes that are unknown, expired or the viewer's own; nothing it throws
 * says whose a code is.
 */
export type Companions = (viewerId: string, codes: readonly string[]) => Promise<string[]>;

/** A viewer's older codes go when they make more than this. */
const mostHeld = 10;
const codeBytes = 16;

export function invitations({ store, clock }: { store: InvitationStore; clock: Clock }): Invitations {
  return {
    async invite(viewerId) {
      const code = base64UrlEncode(crypto.getRandomValues(new Uint8Array(codeBytes)));
      const expires_at = clock() + invitationDays * dayMs;
      await store.add({ code_digest: await sha256Hex(code), viewer_id: viewerId, expires_at }, mostHeld, await digestOfViewer(viewerId));
      return { code, expires_at: new Date(expires_at).toISOString() };
    },

    takeBack: (viewerId) => store.removeOf(viewerId),

    async companions(viewerId, codes) {
      const digests = await Promise.all(codes.map(sha256Hex));
      const held = await store.byDigests(digests);
      if (digests.some((digest) => !held.some((one) => one.code_digest === digest))) throw new Failure("invitation.not_found");
      if (held.some((one) => one.expires_at <= clock())) throw new Failure("invitation.expired");
      if (held.some((one) => one.viewer_id === viewerId)) throw new Failure("invitation.own");
      return [...new Set(held.map((one) => one.viewer_id))].sort();
    },
  };
}
