import { ModelUnavailable, systemCodeOf } from "./model-unavailable.ts";

/** The other end was silent, away or busy; the same may well succeed in a moment. The message ends with what to do meanwhile. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** A GET that succeeded; anything else is `Unreachable` where it may pass, and `ModelUnavailable` where it stays so. */
export async function get(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    // A compressed answer would count its bytes differently from the file.
    response = await fetch(url, { headers: { ...headers, "accept-encoding": "identity" }, signal });
  } catch (cause) {
    throw new Unreachable(`${new URL(url).host} cannot be reached (${systemCodeOf(cause) ?? "no answer"}): check the network`, { cause });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw refusal(url, response.status);
}

function refusal(url: string, status: number): Error {
  const { host, pathname } = new URL(url);
  if (status === 401 || status === 403)
    return new ModelUnavailable("no_access", `${host} does not hand out ${pathname} to everybody (${status}); accept the model's terms there and set HF_TOKEN.`);
  if (status === 404 || status === 410)
    return new ModelUnavailable("not_found", `${host} has no ${pathname}; it may have moved: name its new place in catalogue.json.`);
  if (status === 408 || status === 429 || status >= 500) return new Unreachable(`${host} is busy (${status}): give it a while`);
  return new ModelUnavailable("source_failed", `${host} answers ${status} for ${pathname}; check the source in the catalogue.`);
}

/** For a caller that has waited long enough. */
export function givenUp({ message }: Unreachable, more: string): ModelUnavailable {
  return new ModelUnavailable("no_network", `${message}, and pull again${more}.`);
}
