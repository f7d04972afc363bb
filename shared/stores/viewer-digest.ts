/** SHA-256 of a viewer's id, hex: what stays behind after erasure, to keep the id from coming back. */
export async function digestOfViewer(viewerId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(viewerId));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
