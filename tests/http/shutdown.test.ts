import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";

const script = fileURLToPath(new URL("./stopping-server.ts", import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

async function start(limitMs: number) {
  const child = spawn(process.execPath, [script, String(limitMs)], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  children.push(child);
  let output = "";
  const waiting = new Set<() => void>();
  child.stdout!.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    for (const look of waiting) look();
  });
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found) resolve(found[1] ?? found[0]);
      };
      waiting.add(look);
      look();
    });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const url = `http://127.0.0.1:${await said(/port (\d+)\n/)}`;
  return { child, url, said, ended, output: () => output };
}

it("finishes what is in flight, takes nothing new, releases, and exits cleanly", async () => {
  const { child, url, said, ended, output } = await start(20_000);
  const slow = fetch(`${url}/slow`);
  await said(/asked \/slow/);
  child.kill("SIGTERM");
  await said(/node\.stopping/);
  await expect(fetch(`${url}/late`)).rejects.toThrow();
  expect(await (await slow).text()).toBe("finished");
  expect(await ended).toBe(0);
  expect(output()).toMatch(/released\n.*"cutOff":false/);
});

it("cuts off what does not finish within the limit", async () => {
  const { child, url, said, ended, output } = await start(200);
  const never = fetch(`${url}/never`).then(() => "answered", () => "cut off");
  await said(/asked \/never/);
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  expect(await never).toBe("cut off");
  expect(output()).toMatch(/"cutOff":true/);
});

it("stops when the parent that started it is gone", async () => {
  const { child, ended, output } = await start(20_000);
  child.disconnect();
  expect(await ended).toBe(0);
  expect(output()).toMatch(/the parent is gone/);
});
