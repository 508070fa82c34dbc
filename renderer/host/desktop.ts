/** What the preload script of the desktop window gives the page; a browser has none. */
export interface Desktop {
  /** Asks for a port to the host, which comes as a message of the window to itself. */
  connect(): void;
  /** Lets the person choose a library's file, to open or to make. @returns a path, or null. */
  chooseLibrary(create: boolean): Promise<unknown>;
  /** Tells of commands of the native menu. */
  onCommand(listener: (command: unknown) => void): void;
  /** Tells of a library that the person opened outside the window. */
  onOpenLibrary(listener: (file: unknown) => void): void;
}

declare global {
  interface Window {
    readonly noisefloorDesktop?: Desktop;
  }
}

/** The desktop that the window is part of, or null in a browser. */
export function desktop(): Desktop | null {
  return window.noisefloorDesktop ?? null;
}
