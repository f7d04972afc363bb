import type { TestProject } from "vitest/node";
import { buildWeb } from "#local/build-web.ts";
import { startFilledStack } from "./filled-stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The stack every test of this run may use: the whole gallery, the whole service. */
    stack: {
      url: string;
      /** How many images it was filled with. */
      images: number;
      operatorToken: string;
      jwtSecret: string;
      nodeUrl: string;
      dataDir: string;
      redis: { url: string; token: string };
      database: { url: string; endpoint: string };
    };
  }
}

/** Fewer images than the whole gallery, for a quicker start while one writes tests. */
const images = Number(process.env["MIRAVEJA_TEST_IMAGES"] ?? Infinity);

/** Starts the shared stack before the first test and removes it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildWeb();
  const stack = await startFilledStack(images);
  project.provide("stack", {
    url: stack.url,
    images: stack.entries.length,
    operatorToken: await stack.token(["operator", "viewer"]),
    jwtSecret: stack.secrets.jwtSecret,
    nodeUrl: stack.connections.node.url,
    dataDir: stack.dataDir,
    redis: stack.connections.redis,
    database: stack.connections.database,
  });
  return () => stack.remove();
}
