import { expect, it } from "vitest";
import type { Interaction } from "#shared/contract/interaction.ts";
import type { Asking } from "../asking.ts";
import { recordInteractions } from "./record-interactions.ts";

const viewer = crypto.randomUUID();
const image = crypto.randomUUID();
const asking: Asking = { requestId: "request-1", background: (_work, promise) => void promise.catch(() => undefined) };

/** A log of one viewer, and what was announced of it. */
function world() {
  const logged = new Set<string>();
  const announced: { offset: number; turns: boolean }[] = [];
  const record = recordInteractions({
    log: {
      append: (_viewer: string, events: readonly { event_id: string; image_id: string }[]) => {
        const accepted = events.filter(({ event_id, image_id }) => image_id === image && !logged.has(event_id)).map(({ event_id }) => event_id);
        accepted.forEach((id) => logged.add(id));
        const unknown = events.flatMap(({ image_id }, place) => (image_id === image ? [] : [place]));
        return Promise.resolve({ accepted, unknown, offset: logged.size });
      },
    } as never,
    announce: (_viewer, offset, turns) => Promise.resolve(void announced.push({ offset, turns })),
    clock: () => 1_000,
  });
  return { record: (...events: readonly unknown[]) => record(viewer, events, asking), announced };
}

const event = (kind: Interaction["kind"], image_id = image) => ({ id: crypto.randomUUID(), kind, image_id, at: new Date(1_000).toISOString(), ...(kind === "dwell" ? { value: 2_000 } : {}) });

it("announces an event that was sent again: whoever sends it may not have come so far the first time", async () => {
  const { record, announced } = world();
  const like = event("like");
  expect(await record(like)).toMatchObject({ accepted: 1, duplicates: 0, offset: 1 });
  expect(await record(like)).toMatchObject({ accepted: 0, duplicates: 1, offset: 1 });
  expect(announced).toEqual([{ offset: 1, turns: true }, { offset: 1, turns: true }]);
});

it("tells a change of what should come from what only informs, and announces nothing where nothing was taken", async () => {
  const { record, announced } = world();
  await record(event("dwell"));
  await record(event("hide"), event("dwell"));
  await record(event("like", crypto.randomUUID()), "no event");
  expect(announced.map(({ turns }) => turns)).toEqual([false, true]);
});
