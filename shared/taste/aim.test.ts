import fc from "fast-check";
import { expect, it } from "vitest";
import { lessTerms } from "#shared/contract/interaction.ts";
import { aimAtPuddle, aimsAtContent, puddleAimedAt, termAimedAt } from "./aim.ts";

it("gives the puddle back that a less was aimed at, and takes it for the term `puddle`", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (id) => {
      expect(puddleAimedAt(aimAtPuddle(id))).toBe(id);
      expect(termAimedAt(aimAtPuddle(id))).toBe("puddle");
      expect(aimsAtContent(aimAtPuddle(id))).toBe(true);
    }),
  );
});

it("names no puddle where there is none", () => {
  for (const target of [undefined, "", "puddle", "puddle:", "popularity"]) {
    expect(puddleAimedAt(target)).toBeUndefined();
    expect(termAimedAt(target)).toBe(target);
  }
});

it("takes puddle, user, echo and explore for what the image shows, and every other term a viewer can name for why it came", () => {
  expect(lessTerms.filter(aimsAtContent)).toEqual(["puddle", "user", "echo", "explore"]);
  expect(aimsAtContent(undefined)).toBe(true);
});
