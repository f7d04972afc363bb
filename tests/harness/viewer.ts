import { randomUUID } from "node:crypto";
import type { FeedPage } from "#shared/contract/feed.ts";
import type { Interaction, InteractionKind, InteractionReceipt } from "#shared/contract/interaction.ts";
import type { Session } from "#shared/contract/session.ts";
import type { TasteView } from "#shared/contract/taste.ts";

/** An answer that was not the one a test counts on. */
export class UnexpectedAnswer extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`answered ${status}: ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/** A viewer as a client program is one: over HTTP, knowing only what the API says. */
export class ApiViewer {
  readonly url: string;
  readonly id: string;
  readonly token: string;
  #cursor: string | undefined;

  constructor(url: string, id: string, token: string) {
    this.url = url;
    this.id = id;
    this.token = token;
  }

  static async guest(url: string): Promise<ApiViewer> {
    const response = await fetch(new URL("/v1/session", url), { method: "POST" });
    if (response.status !== 201) throw new UnexpectedAnswer(response.status, await response.text());
    const session = (await response.json()) as Session;
    return new ApiViewer(url, session.viewer_id, session.token);
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new UnexpectedAnswer(response.status, text);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** The next page of this viewer's stream; the first one opens it. */
  async nextPage(query: { limit?: number; mood?: string } = {}): Promise<FeedPage> {
    const search = new URLSearchParams(this.#cursor === undefined ? {} : { cursor: this.#cursor });
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    const page = await this.ask<FeedPage>("GET", `/v1/feed?${search.toString()}`);
    this.#cursor = page.cursor ?? undefined;
    return page;
  }

  get atEnd(): boolean {
    return this.#cursor === undefined;
  }

  startOver(): void {
    this.#cursor = undefined;
  }

  act(...acts: { kind: InteractionKind; imageId: string; id?: string; value?: number }[]): Promise<InteractionReceipt> {
    const events = acts.map(({ kind, imageId, id, value }): Interaction => ({
      id: id ?? randomUUID(), kind, image_id: imageId, at: new Date().toISOString(), ...(value === undefined ? {} : { value }),
    }));
    return this.ask("POST", "/v1/interactions", { events });
  }

  taste(): Promise<TasteView> {
    return this.ask("GET", "/v1/me/taste");
  }
}
