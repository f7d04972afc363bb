import { glob, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { chromium, type Browser, type Page, type Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { chromiumFlags, chromiumPath } from "../harness/chromium.ts";

const { url } = inject("stack");

describe.skipIf(chromiumPath === undefined)("searching in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let wrong: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumFlags });
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(path = "/", options: Parameters<Browser["newPage"]>[0] = {}): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
    wrong = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    await page.goto(url + path);
    await page.getByTestId("tile").first().waitFor();
  }
  const field = () => page.getByTestId("search-input");
  const inField = () => page.evaluate<boolean>(`document.activeElement?.dataset.testid === "search-input"`);
  const focusedTile = () => page.locator("[data-testid=tile]:focus-within");
  const wall = () => page.evaluate<string[]>(`[...document.querySelectorAll("[data-testid=tile]")].map((tile) => tile.dataset.image)`);
  const labels = () => page.evaluate<string[]>(`[...document.querySelectorAll("[data-testid=tile]")].map((tile) => tile.ariaLabel)`);
  const searched = () => page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/search");
  const sent = (kind: string) => (request: Request) => request.url().endsWith("/v1/interactions") && (request.postData() ?? "").includes(`"kind":"${kind}"`);
  /** All of what stands in the field has been looked for, and what hangs was found for it. */
  const answered = async () => new URL(page.url()).searchParams.get("q") === (await field().inputValue()) && !(await page.getByTestId("search-head").textContent())!.includes("Looking");
  const allOf = async (style: string) => {
    await expect.poll(async () => (await answered()) && (await labels()).length > 0 && (await labels()).slice(0, 3).every((label) => label.endsWith(style))).toBe(true);
  };

  describe("on a desk", () => {
    beforeEach(async () => {
      await open();
      return () => page.close();
    });

    it("begins with / and shows what is found while typing, as the address then says", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      await allOf("mosaic");
      expect(await field().inputValue()).toBe("mosaic");
      expect(new URL(page.url()).searchParams.get("q")).toBe("mosaic");
      expect(await page.getByTestId("search-head").textContent()).toMatch(/\d+ images · by name/);
      expect(wrong).toEqual([]);
    });

    it("goes back to the wall as it was, by Back, and on again, by Forward", async () => {
      await page.mouse.wheel(0, 700);
      await page.waitForTimeout(400);
      const [before, at] = [await wall(), await page.evaluate<number>("scrollY")];
      await page.keyboard.press("/");
      await page.keyboard.type("pointillism");
      await allOf("pointillism");
      expect(await page.evaluate("scrollY")).toBe(0);
      await page.goBack();
      await page.getByTestId("search-head").waitFor({ state: "detached" });
      expect(new URL(page.url()).search).toBe("");
      await expect.poll(() => page.evaluate<number>("scrollY")).toBe(at);
      expect((await wall()).filter((image) => before.includes(image)).length).toBeGreaterThan(4);
      expect(await field().inputValue()).toBe("");
      await page.goForward();
      await allOf("pointillism");
      expect(await field().inputValue()).toBe("pointillism");
      expect(wrong).toEqual([]);
    });

    it("is one step in the history, however often the text was changed", async () => {
      await page.keyboard.press("/");
      for (const part of ["mo", "sa", "ic"]) {
        await page.keyboard.type(part);
        await searched();
      }
      await page.goBack();
      await page.getByTestId("search-head").waitFor({ state: "detached" });
      expect(wrong).toEqual([]);
    });

    it("is cleared by Escape, in the field and out of it", async () => {
      for (const leaveField of [false, true]) {
        await page.keyboard.press("/");
        await page.keyboard.type("mosaic");
        await allOf("mosaic");
        if (leaveField) {
          await page.keyboard.press("ArrowDown");
          await focusedTile().waitFor();
        }
        expect(await inField()).toBe(!leaveField);
        await page.keyboard.press("Escape");
        await page.getByTestId("search-head").waitFor({ state: "detached" });
        expect(await field().inputValue()).toBe("");
        if (!leaveField) await page.keyboard.press("Escape");
      }
      expect(wrong).toEqual([]);
    });

    it("lets the viewer like and hide what is found, and says that it was found", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      await page.keyboard.press("Enter");
      await allOf("mosaic");
      const tile = page.getByTestId("tile").first();
      const same = page.locator(`[data-testid=tile][data-image="${await tile.getAttribute("data-image")}"]`);
      for (const kind of ["like", "hide"] as const) {
        await tile.hover();
        const [response] = await Promise.all([page.waitForResponse((one) => sent(kind)(one.request())), tile.getByTestId(kind).click()]);
        expect(response.status()).toBe(202);
        const { events } = response.request().postDataJSON() as { events: Record<string, unknown>[] };
        const event = events.find((one) => one["kind"] === kind)!;
        expect(event).toMatchObject({ origin: "search" });
        expect(event).not.toHaveProperty("page_id");
      }
      await expect.poll(() => same.getAttribute("inert")).not.toBeNull();
      expect(wrong).toEqual([]);
    });

    it("opens what is found, and goes from one to the next", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      await allOf("mosaic");
      const [first, second] = await wall();
      await page.keyboard.press("ArrowDown");
      await focusedTile().waitFor();
      await page.keyboard.press("Enter");
      await page.getByTestId("lightbox").waitFor();
      expect(page.url()).toContain(`?q=mosaic#image/${first}`);
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => page.url()).toContain(second);
      await page.keyboard.press("Escape");
      await page.getByTestId("lightbox").waitFor({ state: "detached" });
      await page.getByTestId("search-head").waitFor();
      expect(wrong).toEqual([]);
    });

    it("keeps the hand on the wall when what it held is no longer found", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      await allOf("mosaic");
      await page.keyboard.press("ArrowDown");
      await focusedTile().waitFor();
      // As if the answer to letters typed just before had come only now.
      await page.evaluate(`history.replaceState(null, "", "?q=pointillism"); dispatchEvent(new PopStateEvent("popstate"))`);
      await allOf("pointillism");
      await focusedTile().waitFor();
      expect(wrong).toEqual([]);
    });

    it("offers something to look for where nothing is found", async () => {
      await page.keyboard.press("/");
      await page.getByTestId("suggestion").first().waitFor();
      await page.keyboard.type("qzxv wvqx");
      await page.getByTestId("search-nothing").waitFor();
      const suggestion = page.getByTestId("suggestion").first();
      const text = (await suggestion.textContent())!;
      await suggestion.click();
      await page.getByTestId("tile").first().waitFor();
      expect(new URL(page.url()).searchParams.get("q")).toBe(text);
      expect(wrong).toEqual([]);
    });

    it("says when no answer comes, and tries again", async () => {
      await page.route("**/v1/search?*", (route) => route.abort());
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      const retry = page.getByTestId("search-retry");
      await retry.waitFor();
      await page.unroute("**/v1/search?*");
      await retry.getByRole("button").click();
      await allOf("mosaic");
      expect(wrong).toEqual([]);
    });

    it("says when words alone were compared because the node is away", async () => {
      await page.route("**/v1/search?*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...((await response.json()) as object), degraded: true } });
      });
      await page.keyboard.press("/");
      await page.keyboard.type("mosaic");
      await expect.poll(() => page.getByTestId("search-head").textContent()).toContain("names alone were compared");
      await page.unrouteAll({ behavior: "wait" });
      expect(wrong).toEqual([]);
    });
  });

  it("is repeated by a link", async () => {
    await open("/?q=blueprint");
    await allOf("blueprint");
    expect(await field().inputValue()).toBe("blueprint");
    await page.getByTestId("end-search").click();
    await page.getByTestId("search-head").waitFor({ state: "detached" });
    await page.getByTestId("tile").first().waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  it("fits a phone in the dark: a tap on the glass puts the hand in the field, and nothing is wider than the screen", async () => {
    await open("/", { viewport: { width: 360, height: 780 }, colorScheme: "dark", hasTouch: true, isMobile: true });
    await page.getByTestId("open-search").tap();
    expect(await inField()).toBe(true);
    await page.getByTestId("suggestion").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    await page.keyboard.type("mosaic");
    await allOf("mosaic");
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    const box = (await field().boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(360);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it("leaves the page's script under 80 KB on the wire", async () => {
    let bytes = 0;
    for await (const file of glob("edge/web/dist/assets/*.js")) bytes += gzipSync(await readFile(file)).length;
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(80_000);
  });
});
