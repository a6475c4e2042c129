import { Component, type CSSProperties, type ReactElement, type ReactNode, useRef, useState } from "react";
import { initials } from "../format";
import { texts } from "../texts";
import { Icon, type IconName } from "./icons";

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  className?: string;
}

/** A button that shows an icon and tells its name to who cannot see it. */
export function IconButton({
  icon,
  label,
  onClick,
  disabled,
  pressed,
  className = "",
}: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

type Tone = "info" | "warn" | "error";

/** A line that tells something went otherwise than hoped; errors are announced at once. */
export function Notice({ tone = "info", children }: { tone?: Tone; children: ReactNode }): ReactElement {
  return (
    <div className={`notice ${tone}`} role={tone === "error" ? "alert" : "status"}>
      {children}
    </div>
  );
}

export function hueStyle(hue: number): CSSProperties {
  return { "--hue": hue } as CSSProperties;
}

export function Avatar({
  name,
  hue,
  title = name,
}: {
  name: string;
  hue: number;
  title?: string;
}): ReactElement {
  return (
    <span className="avatar" style={hueStyle(hue)} title={title} role="img" aria-label={title}>
      {initials(name)}
    </span>
  );
}

/**
 * A button that opens a small menu under it; closes by Escape and by going elsewhere. Items that are
 * made by a function get what closes it, for a choice that leaves nothing more to do.
 */
export function Menu({
  icon,
  label,
  children,
}: {
  icon: IconName;
  label: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}): ReactElement {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons let through
    <div
      className="menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className="button quiet"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
        <span className="wide-only">{label}</span>
        <span className="narrow-only visually-hidden">{label}</span>
      </button>
      {open && (
        <div className="menu-items">{typeof children === "function" ? children(close) : children}</div>
      )}
    </div>
  );
}

/** An address to give away, with a button that copies it. */
export function CopyRow({ label, value }: { label: string; value: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    field.current?.select();
    // Away from https there is no clipboard API; the text is then selected for Ctrl+C.
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <label className="copy-row">
      <span>{label}</span>
      <span className="copy-field">
        <input ref={field} readOnly value={value} onFocus={(event) => event.target.select()} />
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? texts.copied : texts.copy}
        </button>
      </span>
    </label>
  );
}

/** Keeps a fault in one part of the page from taking the rest with it. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice tone="error">
        {texts.errors.crash}{" "}
        <button type="button" className="button" onClick={() => location.reload()}>
          {texts.errors.reload}
        </button>
      </Notice>
    );
  }
}
