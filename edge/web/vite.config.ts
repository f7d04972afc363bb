import { defineConfig } from "vite";

/** The page, built into hashed files that the Worker serves at `/`; nothing is loaded from another origin. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  // The page people get also where a test builds it: Vite takes development's JSX from NODE_ENV.
  oxc: { jsx: { development: false } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
