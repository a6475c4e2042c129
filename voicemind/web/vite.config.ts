import { cpSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { offline } from "./offline_plugin";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FONTS = here("./node_modules/@excalidraw/excalidraw/dist/prod/fonts");

/**
 * Serves Excalidraw's fonts from our own origin: copies them (all but Xiaolai, 13 MB of Chinese handwriting, for
 * which the system's font stands in) and takes the address of the public CDN out of its code.
 */
function ownFonts(): Plugin {
  let outDir = "dist";
  return {
    name: "own-fonts",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    transform(code, id) {
      if (!/@excalidraw\/excalidraw\/dist\/prod\//.test(id)) return null;
      const rewritten = code
        .replaceAll("https://esm.sh/$", "$" + "{location.origin}/$")
        .replaceAll(/"\.\/fonts\/Xiaolai\/[^"]+"/g, '"local:"');
      return rewritten === code ? null : { code: rewritten, map: null };
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && /esm\.sh|fonts\/Xiaolai/.test(chunk.code)) {
          this.error(
            `${chunk.fileName} still loads fonts from elsewhere: Excalidraw has changed, adapt ownFonts()`,
          );
        }
      }
    },
    closeBundle() {
      for (const family of readdirSync(FONTS).filter((name) => name !== "Xiaolai")) {
        cpSync(`${FONTS}/${family}`, here(`./${outDir}/fonts/${family}`), { recursive: true });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), ownFonts(), offline(FONTS)],
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 2500,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here("./index.html"), service_worker: here("./src/service_worker.ts") },
      output: {
        entryFileNames: ({ name }) =>
          name === "service_worker" ? "service_worker.js" : "assets/[name]-[hash].js",
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/whip", "/sync", "/events"].map((path) => [
        path,
        { target: "http://127.0.0.1:8000", ws: true },
      ]),
    ),
  },
});
