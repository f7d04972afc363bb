/** One command to the stack's Redis, over the gateway that the edge uses. */
export async function askRedis({ url, token }: { url: string; token: string }, command: string[]): Promise<unknown> {
  const response = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(command) });
  const answer = (await response.json()) as { result?: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(`redis: ${answer.error}`);
  return answer.result;
}
