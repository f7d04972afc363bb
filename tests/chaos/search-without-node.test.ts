import { afterAll, beforeAll, expect, it } from "vitest";
import { buildWeb } from "#local/build-web.ts";
import { SearchPage } from "#shared/contract/search.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { signal } from "./processes.ts";

let stack: FilledStack;
beforeAll(async () => {
  await buildWeb();
  stack = await startFilledStack(60, { restartDelayMs: 600_000 });
}, 300_000);
afterAll(() => stack?.remove(), 60_000);

async function search(query: string): Promise<SearchPage> {
  const response = await fetch(`${stack.url}/v1/search?${query}`);
  expect(response.status).toBe(200);
  return SearchPage.parse(await response.json());
}

it("searches by words alone while the node is away, says so, and pages on in what it found", async () => {
  const before = await search("q=mosaic");
  expect(before.degraded).toBe(false);
  const pid = stack.processes().find(({ name }) => name === "gpu-node")!.pid;

  signal(pid, "SIGSTOP");
  const hung = await search("q=stained+glass&limit=1");
  expect(hung).toMatchObject({ degraded: true, by: ["words"] });

  signal(pid, "SIGKILL");
  signal(pid, "SIGCONT");
  const gone = await search("q=blueprnit");
  expect(gone).toMatchObject({ degraded: true, by: ["spelling"] });
  expect(new Set(gone.items.map(({ image }) => image.style))).toEqual(new Set(["blueprint"]));
  const next = await search(`q=stained+glass&limit=1&cursor=${encodeURIComponent(hung.cursor!)}`);
  expect(next.items).toHaveLength(1);
  expect(next.items[0]!.image.id).not.toBe(hung.items[0]!.image.id);
}, 120_000);
