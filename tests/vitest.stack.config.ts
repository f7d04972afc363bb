import { defineConfig } from "vitest/config";
import { NewcomersFirst } from "./harness/newcomers-first.ts";

/**
 * Tests over the whole stack: one filled stack serves them all, except where a test kills parts of one of its own.
 * Files run one after another: two cores have enough to do with one stack.
 */
export default defineConfig({
  test: {
    globalSetup: ["tests/harness/shared-stack.ts"],
    include: ["tests/e2e/**/*.test.ts", "tests/chaos/**/*.test.ts", "tests/browser/**/*.test.ts"],
    fileParallelism: false,
    sequence: { sequencer: NewcomersFirst },
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
