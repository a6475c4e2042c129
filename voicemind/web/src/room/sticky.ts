import { CaptureUpdateAction, convertToExcalidrawElements } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";

const WIDTH = 240;
const HEIGHT = 150;
const GAP = 24;
const PLACES = 400;

const COLOURS: Readonly<Record<string, string>> = {
  action: "#ffec99",
  decision: "#b2f2bb",
  question: "#a5d8ff",
  avoided: "#ffc9c9",
  drift: "#ffd8a8",
  heat: "#ffc9c9",
};

/** Returns the id of an insight's note; the same for everybody (the engine too), so that whoever pins makes one note. */
export function stickyId(insight: string): string {
  return `note:${insight}`;
}

/** Puts a note on the board, near what is in view and off other shapes, and returns its id. */
export function pinSticky(
  api: ExcalidrawImperativeAPI,
  insight: string,
  kind: string,
  lines: readonly string[],
): string {
  const id = stickyId(insight);
  const { x, y } = freePlace(api);
  const made = convertToExcalidrawElements(
    [
      {
        type: "rectangle",
        id,
        x,
        y,
        width: WIDTH,
        height: HEIGHT,
        backgroundColor: COLOURS[kind] ?? "#e9ecef",
        strokeColor: "#1e1e1e",
        fillStyle: "solid",
        strokeWidth: 1,
        roughness: 1,
        roundness: null,
        customData: { vm: { insight } },
        label: {
          text: lines.filter(Boolean).join("\n\n"),
          fontSize: 16,
          textAlign: "left",
          strokeColor: "#1e1e1e",
        },
      },
    ],
    { regenerateIds: false },
  );
  const labels = new Map(made.map((element) => [element.id, element.id === id ? id : `${id}:text`]));
  const named = made.map((element) => ({
    ...element,
    id: labels.get(element.id) ?? element.id,
    ...("containerId" in element && { containerId: id }),
    boundElements:
      element.boundElements?.map((bound) => ({ ...bound, id: labels.get(bound.id) ?? bound.id })) ?? null,
  }));
  const before = api.getSceneElementsIncludingDeleted();
  const known = new Map(before.map((element) => [element.id, element.version]));
  // A note that was deleted comes back under its id: its version must go on from there.
  const fresh = named.map((element) => ({ ...element, version: (known.get(element.id) ?? 0) + 1 }));
  const kept = before.filter((element) => !fresh.some(({ id: own }) => own === element.id));
  api.updateScene({
    elements: [...kept, ...fresh] as typeof before,
    captureUpdate: CaptureUpdateAction.IMMEDIATELY,
  });
  return id;
}

/** Finds room for a note: rows from the top left of what is in view, the first place that no shape covers. */
function freePlace(api: ExcalidrawImperativeAPI): { x: number; y: number } {
  const { scrollX, scrollY, zoom, width } = api.getAppState();
  const [left, top] = [40 / zoom.value - scrollX, 110 / zoom.value - scrollY];
  const columns = Math.max(1, Math.floor((width - 60) / zoom.value / (WIDTH + GAP)));
  const shapes = api.getSceneElements();
  const covered = (x: number, y: number) =>
    shapes.some((s) => s.x < x + WIDTH && s.x + s.width > x && s.y < y + HEIGHT && s.y + s.height > y);
  const places = Array.from({ length: PLACES }, (_, i) => ({
    x: left + (i % columns) * (WIDTH + GAP),
    y: top + Math.floor(i / columns) * (HEIGHT + GAP),
  }));
  return places.find(({ x, y }) => !covered(x, y)) ?? { x: left, y: top };
}
