import { leaveSeat, takeSeat, tokenFor } from "./session";
import { texts } from "./texts";

/** An answer of the server that is no success; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Sends one request with the token of `place` ("" or a room) and returns the answer, raising ApiError. */
export async function request(path: string, place: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = tokenFor(place);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch {
    throw new ApiError(0, texts.errors.away);
  }
  // A token of our own that is good no more (it expired, the server is another one): the invitation may still be.
  if (response.status === 401 && leaveSeat(place)) return request(path, place, init);
  if (!response.ok) throw new ApiError(response.status, await explain(response));
  return response;
}

export async function getJson<T>(path: string, place: string): Promise<T> {
  return (await request(path, place)).json() as Promise<T>;
}

export async function postJson<T>(path: string, place: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const response = await request(path, place, { method: "POST", headers, body: JSON.stringify(body) });
  return response.json() as Promise<T>;
}

/** Exchanges the invitation to a room for a token of our own: from then on the server knows us as one person. */
export async function join(room: string, name: string): Promise<void> {
  const path = `/api/rooms/${encodeURIComponent(room)}/join`;
  takeSeat(room, (await postJson<{ token: string }>(path, room, { name })).token);
}

/** Says in words why a request failed: our own text for access, the server's (problem+json) for the rest. */
async function explain(response: Response): Promise<string> {
  return explainStatus(response.status, await response.text().catch(() => ""));
}

export function explainStatus(status: number, body: string): string {
  if (status === 401) return texts.errors.expired;
  if (status === 403) return texts.errors.forbidden;
  let detail: unknown;
  try {
    const problem = JSON.parse(body) as { detail?: unknown; title?: unknown };
    detail = problem.detail ?? problem.title;
  } catch {
    detail = null;
  }
  if (typeof detail === "string" && detail) return detail;
  if (status === 404) return texts.errors.missing;
  return status >= 500 ? texts.errors.broken(status) : texts.errors.refused(status);
}

/** Saves what an address gives as a file. */
export async function download(path: string, place: string, name: string): Promise<void> {
  const blob = await (await request(path, place)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
