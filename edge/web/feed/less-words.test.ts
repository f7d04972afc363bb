import { describe, expect, it } from "vitest";
import { Interaction, lessTerms } from "#shared/contract/interaction.ts";
import { aimOf } from "./less-words.ts";

const event = { id: "6f1c1c1e-0000-4000-8000-000000000001", kind: "less", image_id: "6f1c1c1e-0000-4000-8000-000000000002", at: "2026-11-21T10:00:00Z" };

describe("less, as the button offers it", () => {
  it("is offered for every term in words of its own, and sends what the server takes", () => {
    for (const term of lessTerms) {
      const aim = aimOf({ term })!;
      expect(aim.offer.length, term).toBeGreaterThan(8);
      expect(Interaction.parse({ ...event, term: aim.term })).toMatchObject({ term });
    }
  });

  it("names the puddle where the reason does", () => {
    expect(aimOf({ term: "puddle", puddle_id: "p12" })?.term).toBe("puddle:p12");
    expect(aimOf({ term: "popularity", puddle_id: "p12" })?.term).toBe("popularity");
  });

  it("is aimed at nothing where the reason is none that can be acted on", () => {
    for (const term of ["mood", "diversity", "suppression", "toString", ""]) expect(aimOf({ term }), term).toBeUndefined();
  });
});
