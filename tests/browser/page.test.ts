import { mkdir } from "node:fs/promises";
import { chromium, type Browser, type Page, type Request } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { FeedPage } from "#shared/contract/feed.ts";
import { chromiumFlags, chromiumPath } from "../harness/chromium.ts";

const { url } = inject("stack");

if (chromiumPath === undefined) console.log("No Chromium here (set CHROMIUM to its path): the browser tests are skipped.");

describe.skipIf(chromiumPath === undefined)("the page in Chromium", () => {
  let browser: Browser;
  let page: Page;
  /** Every page of the feed the browser was given, as it came over the wire. */
  let pages: FeedPage[];
  let wrong: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumFlags });
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(options: Parameters<Browser["newPage"]>[0] = {}): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
    pages = [];
    wrong = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(message.text());
    });
    page.on("response", (response) => {
      if (response.status() === 200 && new URL(response.url()).pathname === "/v1/feed") void response.json().then(
          (body: FeedPage) => pages.push(body),
          // The page was closed while its answer was on the way.
          () => undefined,
        );
    });
    await page.goto(url);
    await page.getByTestId("tile").first().waitFor();
  }

  const scrollUntil = async (done: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await done()); tries++) {
      expect(tries).toBeLessThan(200);
      await page.mouse.wheel(0, 500);
      await page.waitForTimeout(150);
    }
  };
  const scrollToPage = (count: number) => scrollUntil(() => pages.length >= count);
  /** What hangs on the wall near the screen, by its place in the feed (1 first); tiles farther off are not in the document. */
  const wall = () =>
    page.evaluate<{ place: number; image: string }[]>(
      `[...document.querySelectorAll("[data-testid=tile]")].map((tile) => ({ place: Number(tile.ariaPosInSet), image: tile.dataset.image }))`,
    );
  const visibleTile = () => page.getByTestId("tile").and(page.locator(":visible")).nth(1);
  const sent = (kind: string) => (request: Request) => request.url().endsWith("/v1/interactions") && (request.postData() ?? "").includes(`"kind":"${kind}"`);

  describe("on a desk", () => {
    beforeEach(async () => {
      await open();
      return () => page.close();
    });

    it("scrolls three pages without showing an image twice", async () => {
      await scrollToPage(3);
      const ids = pages.flatMap((one) => one.items.map((item) => item.image.id));
      expect(new Set(ids).size).toBe(ids.length);
      expect(wrong).toEqual([]);
    });

    it("shows a like in the very next page", async () => {
      const tile = visibleTile();
      await tile.hover();
      const [receipt] = await Promise.all([
        page.waitForResponse((response) => sent("like")(response.request())),
        tile.getByTestId("like").click(),
      ]);
      expect(receipt.status()).toBe(202);
      const { offset } = (await receipt.json()) as { offset: number };
      await scrollUntil(() => pages.some((one) => one.taste_offset >= offset));
      const freshIds = () => pages.filter((one) => one.taste_offset >= offset).flatMap((one) => one.items.map((item) => item.image.id));
      const first = freshIds()[0]!;
      await scrollUntil(async () => (await wall()).some(({ image }) => image === first));
      // From the first image composed after the like on, the wall holds no other; and it begins where the seen ones end.
      const { place } = (await wall()).find(({ image }) => image === first)!;
      expect((await wall()).filter((tile) => tile.place >= place && !freshIds().includes(tile.image))).toEqual([]);
      expect(place).toBeLessThanOrEqual(25);
      expect(wrong).toEqual([]);
    });

    it("lets a newcomer pick three, and begins the wall with them", async () => {
      const strip = page.getByTestId("welcome");
      await strip.waitFor();
      const choices = strip.getByTestId("welcome-choice");
      expect(await choices.count()).toBe(12);
      const picked = await page.evaluate<string[]>(`[...document.querySelectorAll("[data-testid=welcome-choice]")].map((choice) => choice.ariaLabel)`);
      expect(new Set(picked).size).toBeGreaterThan(6);
      await choices.nth(0).click();
      await choices.nth(3).click();
      // A pick may be taken back before the third.
      await choices.nth(3).click();
      await choices.nth(5).click();
      const [receipt] = await Promise.all([
        page.waitForResponse((response) => sent("like")(response.request())),
        choices.nth(7).click(),
      ]);
      const { accepted, offset } = (await receipt.json()) as { accepted: number; offset: number };
      expect(accepted).toBeGreaterThanOrEqual(3);
      await strip.waitFor({ state: "detached" });
      await expect.poll(() => pages.some((one) => one.position === 0 && one.taste_offset >= offset)).toBe(true);
      await page.reload();
      await page.getByTestId("tile").first().waitFor();
      expect(await strip.count()).toBe(0);
      expect(wrong).toEqual([]);
    });

    it("lets a newcomer do without, by keyboard and for good", async () => {
      const strip = page.getByTestId("welcome");
      await strip.waitFor();
      await page.getByTestId("welcome-skip").focus();
      await page.keyboard.press("Enter");
      await strip.waitFor({ state: "detached" });
      await page.reload();
      await page.getByTestId("tile").first().waitFor();
      await page.waitForTimeout(1_000);
      expect(await strip.count()).toBe(0);
      expect(wrong).toEqual([]);
    });

    it("invites a friend, on whose wall it says that they look together until they look alone", async () => {
      await page.getByTestId("open-taste").click();
      await page.getByTestId("invite").click();
      const link = page.getByTestId("invitation-link");
      await link.waitFor();
      const address = await link.inputValue();
      const friend = await browser.newPage();
      const asked: string[] = [];
      friend.on("request", (request) => asked.push(request.url()));
      await friend.goto(address);
      await friend.getByTestId("company").waitFor();
      await friend.getByTestId("tile").first().waitFor();
      expect(asked.some((one) => one.includes(`/v1/feed?with=${new URL(address).searchParams.get("with")}`))).toBe(true);
      await friend.getByTestId("look-alone").click();
      await friend.getByTestId("company").waitFor({ state: "detached" });
      expect(friend.url()).not.toContain("with=");
      await friend.close();
      expect(wrong).toEqual([]);
    });

    it("keeps a viewer's taste to themselves when they say so", async () => {
      await page.getByTestId("open-taste").click();
      const toggle = page.getByTestId("shared-taste");
      expect(await toggle.getAttribute("aria-checked")).toBe("true");
      const [saved] = await Promise.all([page.waitForResponse((response) => response.url().endsWith("/v1/me/settings")), toggle.click()]);
      expect(saved.request().postDataJSON()).toEqual({ shared_taste: false });
      await expect.poll(() => toggle.getAttribute("aria-checked")).toBe("false");
      await page.getByText("You keep your taste to yourself: nobody").waitFor();
      expect(wrong).toEqual([]);
    });

    it("keeps to what a viewer wants to be spared", async () => {
      await page.getByTestId("open-taste").click();
      const strict = page.getByTestId("shown-level").getByLabel("Nothing suggestive");
      expect(await page.getByTestId("shown-level").getByLabel("Nothing explicit").isChecked()).toBe(true);
      const [saved] = await Promise.all([page.waitForResponse((response) => response.url().endsWith("/v1/me/settings")), strict.click()]);
      expect(saved.request().postDataJSON()).toEqual({ safety: "strict" });
      await expect.poll(() => strict.isChecked()).toBe(true);
      await page.getByTestId("taste-close").click();
      await page.getByTestId("tile").first().waitFor();
      expect(wrong).toEqual([]);
    });

    it("says why an image is there, and takes less of it", async () => {
      const tile = visibleTile();
      await tile.hover();
      await tile.getByTestId("why").click();
      const reasons = page.getByTestId("why-popover");
      await reasons.waitFor();
      expect(((await reasons.textContent()) ?? "").length).toBeGreaterThan(10);
      const offer = await page.getByTestId("less").textContent();
      const [taken] = await Promise.all([page.waitForResponse((response) => sent("less")(response.request()) && response.status() === 202), page.getByTestId("less").click()]);
      const { events } = taken.request().postDataJSON() as { events: { kind: string; term?: string }[] };
      expect(events.find(({ kind }) => kind === "less")).toHaveProperty("term");
      expect(offer).not.toBe("Less like this");
      await expect.poll(() => page.getByTestId("toast-undo").count()).toBe(1);
      expect(wrong).toEqual([]);
    });

    it("hides an image and brings it back", async () => {
      const tile = visibleTile();
      const same = page.locator(`[data-testid=tile][data-image="${await tile.getAttribute("data-image")}"]`);
      await tile.hover();
      await Promise.all([page.waitForResponse((response) => sent("hide")(response.request())), tile.getByTestId("hide").click()]);
      await expect.poll(() => same.getAttribute("inert")).not.toBeNull();
      const [undone] = await Promise.all([
        page.waitForResponse((response) => response.url().endsWith("/v1/me/taste/undo")),
        page.getByTestId("toast-undo").first().click(),
      ]);
      expect(undone.status()).toBe(200);
      await expect.poll(() => same.getAttribute("inert")).toBeNull();
      expect(wrong).toEqual([]);
    });

    it("draws the viewer's taste and follows what they do", async () => {
      for (const index of [0, 1, 2]) {
        const tile = page.getByTestId("tile").nth(index);
        await tile.hover();
        await Promise.all([page.waitForResponse((response) => sent("like")(response.request())), tile.getByTestId("like").click()]);
      }
      await page.getByTestId("open-taste").click();
      const map = page.getByTestId("taste-map-canvas");
      await map.waitFor();
      await expect.poll(async () => Number(await map.getAttribute("data-puddles")), { timeout: 10_000 }).toBeGreaterThan(0);
      await expect.poll(() => page.getByTestId("puddle-row").count(), { timeout: 10_000 }).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    });

    it("works by keyboard alone", async () => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("j");
      await page.locator("[data-testid=tile]:focus-within").waitFor();
      const liked = page.waitForResponse((response) => sent("like")(response.request()));
      await page.keyboard.press("l");
      expect((await liked).status()).toBe(202);
      const undone = page.waitForResponse((response) => response.url().endsWith("/v1/me/taste/undo"));
      await page.keyboard.press("u");
      expect((await undone).status()).toBe(200);
      await page.keyboard.press("Enter");
      await page.getByTestId("lightbox").waitFor();
      await page.keyboard.press("Escape");
      await page.getByTestId("lightbox").waitFor({ state: "detached" });
      expect(wrong).toEqual([]);
    });

    it("roams farther when the dial is turned", async () => {
      const saved = page.waitForResponse((response) => response.url().endsWith("/v1/me/settings"));
      await page.getByTestId("adventure").focus();
      await page.keyboard.press("End");
      expect((await saved).status()).toBe(200);
      expect(wrong).toEqual([]);
    });
  });

  it("fits a phone in the dark, with nothing wider than the screen", async () => {
    await open({ viewport: { width: 360, height: 780 }, colorScheme: "dark", hasTouch: true, isMobile: true });
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    const columns = new Set(
      await page.evaluate<number[]>(`[...document.querySelectorAll("[data-testid=tile]")].map((tile) => Math.round(tile.getBoundingClientRect().left))`),
    );
    expect(columns.size).toBe(2);
    await page.close();
  });

  it("is pictured for the README", async () => {
    await open({ viewport: { width: 1440, height: 960 } });
    await page.getByTestId("welcome-skip").click();
    for (const index of [1, 3]) {
      const tile = page.getByTestId("tile").nth(index);
      await tile.hover();
      await Promise.all([page.waitForResponse((response) => sent("like")(response.request())), tile.getByTestId("like").click()]);
    }
    await page.mouse.move(5, 5);
    await page.waitForTimeout(8_000);
    const picture = await page.screenshot();
    expect((await sharp(picture).stats()).entropy).toBeGreaterThan(3);
    if (process.env["PICTURE"] !== undefined) {
      await mkdir("docs", { recursive: true });
      await sharp(picture).webp({ quality: 82 }).toFile("docs/page.webp");
    }
    await page.close();
  });
});
