import { useSyncExternalStore } from "react";

const query = () => window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void): () => void {
  const list = query();
  list.addEventListener("change", listener);
  return () => list.removeEventListener("change", listener);
}

/** Tells whether the system asks for dark colours. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => query().matches);
}
