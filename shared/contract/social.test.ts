import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Interaction, lessTerms } from "./interaction.ts";
import { FeedQuery } from "./feed.ts";
import { aboutHowMany, fewestPeople } from "./social.ts";
import { Settings, SettingsChange } from "./taste.ts";

describe("a count of people as others may know it", () => {
  it("is nothing below five, and never more than there are", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (people) => {
        const told = aboutHowMany(people);
        expect(told).toBeLessThanOrEqual(people);
        expect(told === 0).toBe(people < fewestPeople);
      }),
    );
  });

  it("is the same for at least five counts, so that one person's coming or going does not show", () => {
    fc.assert(
      fc.property(fc.integer({ min: fewestPeople, max: 1_000_000 }), (people) => {
        const told = aboutHowMany(people);
        expect(Array.from({ length: 5 }, (_, more) => aboutHowMany(told + more))).toEqual([told, told, told, told, told]);
      }),
    );
  });

  it("tells those who are one more nothing less", () => {
    fc.assert(fc.property(fc.nat(100_000), (people) => aboutHowMany(people + 1) >= aboutHowMany(people)));
  });
});

const less = { id: "6f1c1c1e-0000-4000-8000-000000000001", kind: "less", image_id: "6f1c1c1e-0000-4000-8000-000000000002", at: "2026-11-21T10:00:00Z" };

describe("a less that is aimed", () => {
  it("may name any score term or source, and a puddle of the viewer's", () => {
    for (const term of [...lessTerms, "puddle:p12", "puddle:p12-2.a"]) expect(Interaction.safeParse({ ...less, term }).success, term).toBe(true);
  });

  it("names nothing else, and nothing but a less is aimed", () => {
    for (const term of ["", "diversity", "suppression", "puddle:", "puddle:a b", `puddle:${"x".repeat(65)}`, "PUDDLE"]) expect(Interaction.safeParse({ ...less, term }).success, term).toBe(false);
    const wrong = Interaction.safeParse({ ...less, kind: "hide", term: "popularity" });
    expect(wrong.error?.issues[0]?.path).toEqual(["term"]);
  });
});

describe("company on a feed", () => {
  const code = "A".repeat(22);
  it("is one to four whole codes", () => {
    for (const good of [code, [code, code].join(","), Array(4).fill(code).join(",")]) expect(FeedQuery.safeParse({ with: good }).success, good).toBe(true);
    for (const bad of ["", ",", `${code},`, "short", Array(5).fill(code).join(","), `${code} ${code}`, `${code.slice(1)}+`]) expect(FeedQuery.safeParse({ with: bad }).success, bad).toBe(false);
  });
});

describe("settings", () => {
  it("of an older client change what they name and nothing more", () => {
    expect(SettingsChange.parse({ adventure: 0.5 })).toEqual({ adventure: 0.5 });
    expect(Settings.safeParse({ adventure: 0.5 }).success).toBe(false);
  });
});
