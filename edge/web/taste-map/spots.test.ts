import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, discRadius, part, project, type Spot } from "./spots.ts";

const frame = { width: 900, height: 700, compact: false, centre: { x: 0, y: 0 }, zoom: 1 };
const spot = (id: string, x: number, y: number, radius = 40): Spot => ({ id, kind: "puddle", x, y, radius, alpha: 1 });

describe("the map's spots", () => {
  it("keeps every point of the plane inside the frame", () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, (x, y) => {
        const at = project({ x, y }, frame);
        expect(at.x).toBeGreaterThanOrEqual(0);
        expect(at.x).toBeLessThanOrEqual(frame.width);
        expect(at.y).toBeGreaterThanOrEqual(0);
        expect(at.y).toBeLessThanOrEqual(frame.height);
      }),
    );
  });

  it("leaves puddles that have room where they are", () => {
    const far = [spot("a", 200, 200), spot("b", 600, 400)];
    expect(part(far, frame)).toEqual(far);
  });

  it("parts puddles that would cover each other, even at one place", () => {
    const [a, b] = part([spot("a", 400, 300), spot("b", 400, 300)], frame) as [Spot, Spot];
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(discRadius(a, false) + discRadius(b, false));
  });

  it("glides from the old picture to exactly the new one", () => {
    const old = [spot("stays", 0, 0), spot("goes", 50, 50)];
    const fresh = [spot("stays", 100, 40), spot("comes", 300, 300)];
    const half = new Map(between(old, fresh, 0.5).map((one) => [one.id, one]));
    expect(half.get("stays")).toMatchObject({ x: 50, y: 20, alpha: 1 });
    expect(half.get("comes")).toMatchObject({ x: 300, radius: 20, alpha: 0.5 });
    expect(half.get("goes")).toMatchObject({ radius: 20, alpha: 0.5 });
    expect(between(old, fresh, 1)).toEqual(fresh);
  });
});
