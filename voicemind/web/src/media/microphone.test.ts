import { afterEach, describe, expect, it, vi } from "vitest";
import { levelOf, openMicrophone } from "./microphone";

function browser(getUserMedia: () => Promise<unknown>, secure = true) {
  vi.stubGlobal("isSecureContext", secure);
  vi.stubGlobal("RTCPeerConnection", class {});
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
}
afterEach(() => vi.unstubAllGlobals());

describe("openMicrophone", () => {
  it.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["Unheard", "unsupported"],
  ])("says why: %s is %s", async (name, problem) => {
    browser(() => Promise.reject(new DOMException("no", name)));
    await expect(openMicrophone()).rejects.toMatchObject({ problem });
  });

  it("knows that a page without https gets none", async () => {
    browser(() => Promise.resolve({}), false);
    await expect(openMicrophone()).rejects.toMatchObject({ problem: "insecure" });
  });

  it("asks for the chosen device", async () => {
    const ask = vi.fn(() => Promise.resolve("stream"));
    browser(ask);
    expect(await openMicrophone("usb")).toBe("stream");
    expect(ask).toHaveBeenCalledWith({ audio: expect.objectContaining({ deviceId: { exact: "usb" } }) });
  });
});

describe("levelOf", () => {
  it("is 0 for silence, 1 at full scale and grows with loudness", () => {
    const wave = (amplitude: number) =>
      Float32Array.from({ length: 480 }, (_, i) => amplitude * Math.sin(i / 5));
    expect(levelOf(new Float32Array(480))).toBe(0);
    expect(levelOf(wave(0.01))).toBeLessThan(levelOf(wave(0.1)));
    expect(levelOf(wave(1))).toBeCloseTo(0.95, 1);
  });
});
