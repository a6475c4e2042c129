import { useSyncExternalStore } from "react";

const subscribe = (listener: () => void): (() => void) => {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
};

/** Tells whether anybody can see this page; a tab that is hidden does nothing for the eye. */
export function useVisible(): boolean {
  return useSyncExternalStore(subscribe, () => !document.hidden);
}

/** Wraps a listener so that it hears nothing while the page is hidden, and once what it missed when it is seen again. */
export function whileSeen(listen: (listener: () => void) => () => void, listener: () => void): () => void {
  let missed = false;
  const off = listen(() => {
    missed = document.hidden;
    if (!missed) listener();
  });
  const seen = subscribe(() => {
    if (document.hidden || !missed) return;
    missed = false;
    listener();
  });
  return () => {
    off();
    seen();
  };
}
