import { CaptureUpdateAction } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import type { BoardElement, Scene } from "../document/elements";

type SceneElements = Parameters<ExcalidrawImperativeAPI["updateScene"]>[0]["elements"];

/** Excalidraw's editor as a scene that can be bound. */
export class ExcalidrawScene implements Scene {
  constructor(private readonly api: ExcalidrawImperativeAPI) {}

  elements(): readonly BoardElement[] {
    return this.api.getSceneElementsIncludingDeleted() as unknown as readonly BoardElement[];
  }

  replace(elements: BoardElement[]): void {
    this.api.updateScene({
      elements: elements as unknown as SceneElements,
      captureUpdate: CaptureUpdateAction.NEVER,
    });
  }

  held(): ReadonlySet<string> {
    const state = this.api.getAppState();
    const ids = [
      state.editingTextElement?.id,
      state.newElement?.id,
      state.multiElement?.id,
      state.resizingElement?.id,
      state.editingLinearElement?.elementId,
      state.croppingElementId,
    ];
    return new Set(ids.filter((id) => typeof id === "string"));
  }

  stroke(): string | null {
    const { newElement } = this.api.getAppState();
    return newElement?.type === "freedraw" ? newElement.id : null;
  }

  onChange(listener: () => void): () => void {
    return this.api.onChange(listener);
  }
}

/**
 * Calls back once the editor has loaded: it hands out its API before its own start, which then replaces the scene.
 * Returns what stops the waiting.
 */
export function hasLoaded(api: ExcalidrawImperativeAPI, then: () => void): () => void {
  if (!api.getAppState().isLoading) {
    then();
    return () => undefined;
  }
  const off = api.onChange(() => {
    if (api.getAppState().isLoading) return;
    off();
    then();
  });
  return off;
}
