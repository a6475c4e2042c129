import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { texts } from "../texts";
import type { RoomInfo } from "../types";
import { Join } from "./join";

const info: RoomInfo = { room: "blue", title: "Planning", history_id: "h", role: "write" };
const stop = vi.fn();
const stream = {
  getTracks: () => [{ stop }],
  getAudioTracks: () => [{ getSettings: () => ({ deviceId: "usb" }) }],
};

function browser(getUserMedia: () => Promise<unknown>) {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("RTCPeerConnection", class {});
  vi.stubGlobal(
    "AudioContext",
    class {
      createAnalyser = () => ({ getFloatTimeDomainData: () => undefined });
      createMediaStreamSource = () => ({ connect: () => undefined });
      close = async () => undefined;
    },
  );
  const enumerateDevices = async () => [{ kind: "audioinput", deviceId: "usb", label: "Headset" }];
  Object.defineProperty(navigator, "mediaDevices", {
    configurable: true,
    value: { getUserMedia, enumerateDevices },
  });
}

beforeEach(() => {
  localStorage.clear();
  stop.mockClear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const name = () => fireEvent.change(screen.getByLabelText(texts.join.name), { target: { value: "  Ada " } });

it("says before anything else that the meeting is transcribed, and lets nobody in without a name", () => {
  render(<Join info={info} onJoin={() => undefined} />);
  expect(screen.getByText(texts.join.consent)).toBeTruthy();
  expect(screen.getByText(texts.join.without)).toHaveProperty("disabled", true);
});

it("joins with the microphone that was opened, and leaves it running", async () => {
  browser(async () => stream);
  const onJoin = vi.fn();
  const { unmount } = render(<Join info={info} onJoin={onJoin} />);
  name();
  fireEvent.click(screen.getByText(texts.join.with));
  await vi.waitFor(() => expect(onJoin).toHaveBeenCalledWith({ name: "Ada", stream, heard: true }));
  unmount();
  expect(stop).not.toHaveBeenCalled();
});

it("tells why there is no microphone and still lets in without", async () => {
  browser(() => Promise.reject(new DOMException("no", "NotAllowedError")));
  const onJoin = vi.fn();
  render(<Join info={info} onJoin={onJoin} />);
  name();
  fireEvent.click(screen.getByText(texts.join.with));
  await screen.findByText(texts.microphone.refused);
  expect(onJoin).not.toHaveBeenCalled();
  fireEvent.click(screen.getByText(texts.join.without));
  expect(onJoin).toHaveBeenCalledWith({ name: "Ada", stream: null, heard: true });
});

it("lets go of a tested microphone that is not used", async () => {
  browser(async () => stream);
  render(<Join info={info} onJoin={() => undefined} />);
  name();
  fireEvent.click(screen.getByText(texts.join.turnOn));
  await screen.findByText("Headset");
  fireEvent.click(screen.getByText(texts.join.without));
  expect(stop).toHaveBeenCalled();
});

it("asks those who look on for no microphone", () => {
  const onJoin = vi.fn();
  render(<Join info={{ ...info, role: "read" }} onJoin={onJoin} />);
  expect(screen.queryByText(texts.join.turnOn)).toBeNull();
  name();
  fireEvent.submit(screen.getByLabelText(texts.join.name));
  return vi.waitFor(() => expect(onJoin).toHaveBeenCalledWith({ name: "Ada", stream: null, heard: true }));
});
