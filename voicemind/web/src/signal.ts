import { useCallback, useSyncExternalStore } from "react";
import { whileSeen } from "./visibility";

/** A value that tells when it changes; the glue between plain classes and React. */
export class Signal<T> {
  private listeners = new Set<() => void>();

  constructor(public value: T) {}

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): T => this.value;
}

/** Renders again whenever the signal changes. */
export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.subscribe, signal.get);
}

/** The same for what is only looked at: while nobody sees the page it stays as it is, then it catches up at once. */
export function useShown<T>(signal: Signal<T>): T {
  const subscribe = useCallback((listener: () => void) => whileSeen(signal.subscribe, listener), [signal]);
  return useSyncExternalStore(subscribe, signal.get);
}
