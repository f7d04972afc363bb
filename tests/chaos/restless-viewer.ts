import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { FeedPage } from "#shared/contract/feed.ts";
import { InteractionReceipt, type InteractionKind } from "#shared/contract/interaction.ts";
import { TasteView } from "#shared/contract/taste.ts";
import type { Random } from "#shared/kernel/random.ts";
import { ApiViewer } from "../harness/viewer.ts";

const kinds: InteractionKind[] = ["like", "love", "save", "open", "dwell", "hide", "less", "view"];
const pauseMs = 150;

/**
 * A viewer who scrolls and acts without end, and holds every answer to what was promised: each page is a 200 with a known
 * `served_by` and shows nothing twice in its stream, each act is a 202 and counts. The first broken promise is kept.
 */
export class RestlessViewer {
  readonly served: Record<FeedPage["served_by"], number> = { cache: 0, composed: 0, fallback: 0 };
  /** Entries this viewer has in the log. */
  acts = 0;
  readonly #viewer: ApiViewer;
  readonly #random: Random;
  #cursor: string | null = null;
  #shown = new Set<string>();
  #wrong: Error | undefined;
  #stopped = false;
  readonly #running: Promise<void>;

  private constructor(viewer: ApiViewer, random: Random) {
    this.#viewer = viewer;
    this.#random = random;
    this.#running = this.#run();
  }

  static async start(url: string, random: Random): Promise<RestlessViewer> {
    return new RestlessViewer(await ApiViewer.guest(url), random);
  }

  get id(): string {
    return this.#viewer.id;
  }

  /** Throws what went wrong, if anything did. */
  orThrow(): void {
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  async tasteNow(): Promise<TasteView> {
    return TasteView.parse(await this.#expect(200, "GET", "/v1/me/taste"));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        const page = await this.#scroll();
        await this.#act(page);
        await sleep(pauseMs);
      }
    } catch (error) {
      this.#wrong = error as Error;
    }
  }

  async #scroll(): Promise<FeedPage> {
    const search = new URLSearchParams(this.#cursor === null ? { limit: "4" } : { cursor: this.#cursor });
    const page = FeedPage.parse(await this.#expect(200, "GET", `/v1/feed?${search.toString()}`));
    this.served[page.served_by]++;
    for (const { image } of page.items) {
      if (this.#shown.has(image.id)) throw new Error(`image ${image.id} came twice in one stream, the second time by ${page.served_by}`);
      this.#shown.add(image.id);
    }
    this.#cursor = page.cursor;
    if (page.cursor === null) this.#shown = new Set();
    return page;
  }

  async #act({ items, page_id }: FeedPage): Promise<void> {
    const events = items.slice(0, 2).map(({ image, slot }) => ({
      id: randomUUID(), kind: kinds[Math.floor(this.#random() * kinds.length)]!, image_id: image.id, at: new Date().toISOString(), page_id, slot, value: 4_000,
    }));
    if (events.length === 0) return;
    const { accepted } = InteractionReceipt.parse(await this.#expect(202, "POST", "/v1/interactions", { events }));
    if (accepted !== events.length) throw new Error(`${accepted} of ${events.length} new interactions were accepted`);
    this.acts += accepted;
    if (this.#random() > 0.15) return;
    const response = await this.#viewer.send("POST", "/v1/me/taste/undo", {});
    const text = await response.text();
    if (response.ok) this.acts++;
    else if (response.status !== 409) throw new Error(`an undo answered ${response.status}: ${text}`);
  }

  async #expect(status: number, method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#viewer.send(method, path, body);
    const text = await response.text();
    if (response.status !== status) throw new Error(`${method} ${path.split("?", 1)[0]!} answered ${response.status} where ${status} belongs: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}
