import { expect, it } from "vitest";
import { Admission, type Lane } from "./admission.ts";

const limits: Record<Lane, number> = { compose: 2, observe: 1, ingest: 1, embed: 1, reply: 1 };

it("admits up to the limit of a lane and refuses the rest, without touching other lanes", () => {
  const admission = new Admission(limits);
  expect([1, 2, 3].map(() => admission.tryTake("compose") !== null)).toEqual([true, true, false]);
  expect(admission.tryTake("reply")).not.toBeNull();
  expect(admission.usage("compose")).toEqual({ taken: 2, limit: 2, refused: 1 });
});

it("gives a slot back at the end of its scope, a failed one too", () => {
  const admission = new Admission(limits);
  const work = () => {
    using slot = admission.tryTake("ingest");
    expect(slot).not.toBeNull();
    throw new Error("the work failed");
  };
  expect(work).toThrow("the work failed");
  expect(admission.usage("ingest").taken).toBe(0);
});

it("counts a slot given back twice once, so that the limit holds", () => {
  const admission = new Admission(limits);
  const slot = admission.tryTake("observe");
  slot?.[Symbol.dispose]();
  slot?.[Symbol.dispose]();
  expect(admission.usage("observe").taken).toBe(0);
  expect([admission.tryTake("observe"), admission.tryTake("observe")].filter(Boolean)).toHaveLength(1);
});
