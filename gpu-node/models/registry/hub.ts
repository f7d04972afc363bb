import { z } from "zod";
import { Sha256, type Digest } from "./digest.ts";
import { get, givenUp, Unreachable } from "./get.ts";
import { ModelUnavailable } from "./model-unavailable.ts";

/** Where the model hub is, and the operator's token for models that ask for one. */
export interface Hub {
  endpoint: string;
  token: string | undefined;
}

/** What the hub tells of a repository at a revision; only what is used is looked at. */
const Listing = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().nullish(),
      blobId: z.string().nullish(),
      lfs: z.object({ sha256: Sha256, size: z.int().nonnegative() }).nullish(),
    }),
  ),
});
type Listing = z.infer<typeof Listing>;

/** A repository's files as they are at one commit. */
export interface Commit {
  id: string;
  /** How long a file is and what it holds: large ones by SHA-256, those that lie in git itself by its blob id. */
  contentOf(file: string): { bytes: number; digest: Digest };
}

export async function askHub({ endpoint, token }: Hub, repo: string, revision: string, signal: AbortSignal): Promise<Commit> {
  const url = `${endpoint}/api/models/${repo}/revision/${revision}?blobs=true`;
  const listing = await readListing(url, tokenHeaders(token), signal);
  return {
    id: listing.sha,
    contentOf(file) {
      const { lfs, size, blobId } = listing.siblings.find(({ rfilename }) => rfilename === file) ?? {};
      if (lfs) return { bytes: lfs.size, digest: { kind: "sha256", hex: lfs.sha256 } };
      if (typeof size === "number" && typeof blobId === "string") return { bytes: size, digest: { kind: "git-blob", hex: blobId } };
      throw new ModelUnavailable("not_found", `${repo} has no ${file} at ${revision}; name its new place in catalogue.json.`);
    },
  };
}

/** Where a file lies at a commit; the content never changes, so an interrupted download may go on there. */
export function hubAddress({ endpoint }: Hub, repo: string, commit: string, file: string): string {
  return `${endpoint}/${repo}/resolve/${commit}/${file}`;
}

export function tokenHeaders(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function readListing(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Listing> {
  try {
    const response = await get(url, headers, signal);
    return Listing.parse(await response.json());
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Unreachable) throw givenUp(error, "");
    if (error instanceof ModelUnavailable) throw error;
    throw new ModelUnavailable("source_failed", `${new URL(url).host} does not answer as a model hub does; check HF_ENDPOINT.`, { cause: error });
  }
}
