declare global {
  interface Window {
    EXCALIDRAW_ASSET_PATH: string;
  }
}

// Excalidraw looks here for its fonts; without it, it would ask a public CDN. Must run before Excalidraw is loaded.
window.EXCALIDRAW_ASSET_PATH = import.meta.env.DEV ? "/node_modules/@excalidraw/excalidraw/dist/prod/" : "/";

export {};
