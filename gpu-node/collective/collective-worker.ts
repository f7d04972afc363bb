import { fitLinks } from "#shared/taste/collective/together.ts";
import { likeTable, likeTableDefaults } from "#shared/taste/collective/like-table.ts";
import type { LinkTable } from "#shared/taste/collective/link-table.ts";
import { findCommunities, type Community } from "#shared/taste/collective/communities.ts";
import { unpackLikes, type PackedLikes } from "./packed-likes.ts";
import { linkViewers, type LinkedViewer, type LinkOptions, type ViewerLink } from "#shared/taste/collective/neighbours.ts";

/** What the worker is asked for. All of it is pure and takes seconds, so that the node's event loop must not do it. */
export type CollectiveTask =
  | { kind: "together"; likes: PackedLikes; asOf: number }
  | { kind: "neighbours"; viewers: LinkedViewer[]; options: LinkOptions };

export interface Neighbourhood {
  links: ViewerLink[];
  communities: Community[];
}

export default function collectiveWorker(task: CollectiveTask): LinkTable | Neighbourhood {
  if (task.kind === "together") return fitLinks(likeTable(unpackLikes(task.likes), { ...likeTableDefaults, asOf: task.asOf }));
  const links = linkViewers(task.viewers, task.options);
  return { links, communities: findCommunities(links) };
}
