import { defineConfig } from "vitest/config";

// Apart from vite.config.ts, so that building the page needs none of the tools that test it.
export default defineConfig({
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
