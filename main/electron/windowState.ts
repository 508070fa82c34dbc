import { z } from 'zod';

const rectangleSchema = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });
export type Rectangle = z.infer<typeof rectangleSchema>;

/** What a window is like, as it is kept between two starts. */
const windowStateSchema = z.object({ bounds: rectangleSchema, isMaximised: z.boolean() });
export type WindowState = z.infer<typeof windowStateSchema>;

/** The studio is laid out for this much and more. */
export const smallestWindow = { width: 1024, height: 700 };
const usualWindow = { width: 1440, height: 900 };
/** So much of a window's top has to be on a screen that a person can get hold of it, in pixels. */
const grip = { width: 120, height: 40 };

/** @returns the state that a file's text says, or null where it says none. */
export function parseWindowState(text: string): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The state to open a window in: as it was, unless the screen that it was on has gone or is smaller.
 * @param screens the work areas of all screens, the main one first.
 */
export function restoredState(saved: WindowState | null, screens: readonly Rectangle[]): WindowState {
  const main = screens[0] ?? { x: 0, y: 0, ...usualWindow };
  const screen = saved === null ? undefined : screens.find((area) => canBeGripped(saved.bounds, area));
  if (saved === null || screen === undefined) {
    return { bounds: centred(main), isMaximised: saved?.isMaximised ?? false };
  }
  const { x, y, width, height } = saved.bounds;
  const fitting = {
    width: Math.max(smallestWindow.width, Math.min(width, screen.width)),
    height: Math.max(smallestWindow.height, Math.min(height, screen.height)),
  };
  return { bounds: { x, y, ...fitting }, isMaximised: saved.isMaximised };
}

function centred(area: Rectangle): Rectangle {
  const width = Math.min(usualWindow.width, area.width);
  const height = Math.min(usualWindow.height, area.height);
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  };
}

function canBeGripped(bounds: Rectangle, area: Rectangle): boolean {
  const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const isOnTop = bounds.y >= area.y && bounds.y + grip.height <= area.y + area.height;
  return width >= grip.width && isOnTop;
}
