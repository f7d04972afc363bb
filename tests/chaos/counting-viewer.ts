import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { InteractionReceipt, type Interaction, type InteractionKind } from "#shared/contract/interaction.ts";
import type { ViewerExport } from "#shared/contract/session.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { ApiViewer } from "../harness/viewer.ts";

const kinds: InteractionKind[] = ["view", "open", "like", "save", "hide"];
/** Under the rate limit, whatever the speed of the machine. */
const pauseMs = 110;

/** A viewer who sends interactions for as long as they are let, and keeps count of what the service said it took. */
export class CountingViewer {
  readonly viewer: ApiViewer;
  readonly sent = new Set<string>();
  /** Ids that were in a batch answered with 202, all of it accepted. */
  readonly accepted = new Set<string>();
  /** Batches that got no answer: taken or not, nobody said. */
  readonly unanswered: Interaction[][] = [];
  readonly #imageIds: readonly string[];
  readonly #random: Random;
  #sending = false;
  #running = Promise.resolve();

  constructor(viewer: ApiViewer, imageIds: readonly string[], random: Random) {
    this.viewer = viewer;
    this.#imageIds = imageIds;
    this.#random = random;
  }

  startSending(): void {
    this.#sending = true;
    this.#running = this.#send();
    // Told by stopSending.
    this.#running.catch(() => undefined);
  }

  /** Also waits for the answer that is still due, or for its connection to break. Throws when an answer was wrong. */
  async stopSending(): Promise<void> {
    this.#sending = false;
    await this.#running;
  }

  async #send(): Promise<void> {
    while (this.#sending) {
      const batch = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.#interaction());
      for (const { id } of batch) this.sent.add(id);
      const answer = await this.#post(batch);
      if (answer === "nobody_listened") for (const { id } of batch) this.sent.delete(id);
      else if (answer === "cut_off") this.unanswered.push(batch);
      else this.#count(batch, answer.status, answer.text);
      await sleep(pauseMs);
    }
  }

  async #post(events: Interaction[]): Promise<{ status: number; text: string } | "nobody_listened" | "cut_off"> {
    try {
      const response = await this.viewer.send("POST", "/v1/interactions", { events });
      const text = await response.text();
      // A store that was killed before the edge makes it say so; that is no acceptance.
      return response.status >= 500 ? "cut_off" : { status: response.status, text };
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code === "ECONNREFUSED" ? "nobody_listened" : "cut_off";
    }
  }

  #count(batch: Interaction[], status: number, text: string): void {
    if (status !== 202) throw new Error(`interactions were answered ${status}: ${text.slice(0, 300)}`);
    const { accepted } = InteractionReceipt.parse(JSON.parse(text));
    if (accepted !== batch.length) throw new Error(`${accepted} of ${batch.length} new interactions were accepted`);
    for (const { id } of batch) this.accepted.add(id);
  }

  #interaction(): Interaction {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(this.#random() * from.length)]!;
    return { id: randomUUID(), kind: pick(kinds), image_id: pick(this.#imageIds), at: new Date().toISOString() };
  }

  /** The ids in this viewer's log, in its order, as their own export tells it. */
  async logged(): Promise<string[]> {
    const { interactions } = await this.viewer.ask<z.infer<typeof ViewerExport>>("GET", "/v1/me/export");
    return (interactions as { event_id: string }[]).map(({ event_id }) => event_id);
  }
}
