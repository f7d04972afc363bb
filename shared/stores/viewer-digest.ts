import { sha256Hex } from "#shared/kernel/sha256.ts";

/** What stays behind of a viewer's id after erasure, to keep it from coming back. */
export function digestOfViewer(viewerId: string): Promise<string> {
  return sha256Hex(viewerId);
}
