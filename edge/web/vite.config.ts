import { defineConfig } from "vite";

/** The page, built into hashed files that the Worker serves at `/`; nothing is loaded from another origin. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
