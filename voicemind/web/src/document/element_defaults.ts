import type { Fields } from "./json";

const COMMON: Fields = {
  angle: 0,
  strokeColor: "#1e1e1e",
  backgroundColor: "transparent",
  fillStyle: "solid",
  strokeWidth: 2,
  strokeStyle: "solid",
  roughness: 1,
  opacity: 100,
  groupIds: [],
  frameId: null,
  roundness: null,
  seed: 1,
  isDeleted: false,
  boundElements: null,
  link: null,
  locked: false,
};

const LINE: Fields = {
  points: [
    [0, 0],
    [100, 0],
  ],
  lastCommittedPoint: null,
  startBinding: null,
  endBinding: null,
  startArrowhead: null,
  endArrowhead: null,
};

const BY_TYPE: Readonly<Record<string, Fields>> = {
  rectangle: {},
  diamond: {},
  ellipse: {},
  line: LINE,
  arrow: { ...LINE, endArrowhead: "arrow", elbowed: false },
  freedraw: { points: [[0, 0]], pressures: [], simulatePressure: true, lastCommittedPoint: null },
  text: {
    text: "",
    originalText: "",
    fontSize: 20,
    fontFamily: 5,
    textAlign: "left",
    verticalAlign: "top",
    containerId: null,
    autoResize: true,
    lineHeight: 1.25,
  },
  frame: { name: null },
  image: { status: "saved", fileId: null, scale: [1, 1], crop: null },
};

/**
 * Returns a record with every field that Excalidraw reads, or null when it is no element that can be drawn: one
 * malformed record from elsewhere must not take the whole board down.
 */
export function complete(record: Fields): Fields | null {
  const own = typeof record.type === "string" ? BY_TYPE[record.type] : undefined;
  const placed = [record.x, record.y, record.width, record.height].every((value) => Number.isFinite(value));
  if (!own || !placed) return null;
  const points = record.points ?? own.points;
  if (points !== undefined && !(Array.isArray(points) && points.length > 0 && points.every(isPoint)))
    return null;
  return { ...structuredClone(COMMON as object), ...structuredClone(own as object), ...record };
}

function isPoint(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length >= 2 && value.slice(0, 2).every((part) => Number.isFinite(part))
  );
}
