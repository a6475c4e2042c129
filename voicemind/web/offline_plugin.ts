import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import type { Plugin } from "vite";

const WORKER = "service_worker.js";
const OWN = /\/web\/(src\/|index\.html)/;

/** Tells the service worker which files make up the page: those of our own parts, and what they cannot be without. */
export function offline(fonts: string): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const needed = new Set(["index.html", "favicon.svg", "manifest.webmanifest"]);
      const need = (name: string): void => {
        const chunk = bundle[name];
        if (needed.has(name) || chunk?.type !== "chunk") return;
        needed.add(name);
        for (const file of [
          ...(chunk.viteMetadata?.importedCss ?? []),
          ...(chunk.viteMetadata?.importedAssets ?? []),
        ])
          needed.add(file);
        for (const imported of chunk.imports) need(imported);
      };
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type === "chunk" && name !== WORKER && OWN.test(chunk.facadeModuleId ?? "")) need(name);
        if (chunk.type === "asset" && /\.(css|woff2)$/.test(name)) needed.add(name);
      }
      for (const family of readdirSync(fonts).filter((found) => found !== "Xiaolai"))
        for (const font of readdirSync(`${fonts}/${family}`)) needed.add(`fonts/${family}/${font}`);
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk") throw new Error(`${WORKER} was not built`);
      const files = [...needed].sort().map((name) => `/${name}`);
      const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
      const told = JSON.stringify({ version, files });
      worker.code = worker.code.replaceAll("__OFFLINE__", () => `(${told})`);
    },
  };
}
