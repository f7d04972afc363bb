import { defineConfig } from "vitest/config";

/** `unit` needs no process and no port; the suites under tests/ start what they need themselves. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["shared/**/*.test.ts", "gpu-node/**/*.test.ts", "local/**/*.test.ts", "edge/**/*.test.ts", "tests/architecture/**/*.test.ts", "tests/simulation/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "suites",
          include: ["tests/suites/**/*.test.ts", "tests/http/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
