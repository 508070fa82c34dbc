/** What the menu asks of the window. */
export const studioCommands = [
  'open-library',
  'new-library',
  'show-studies',
  'search',
  'toggle-inspector',
  'show-shortcuts',
] as const;
export type StudioCommand = (typeof studioCommands)[number];

/** Names of the messages between the window and Electron's main process. */
export const messages = {
  /** The window wants a port to the host. */
  connect: 'studio:connect',
  /** The port, on its way through the preload script to the page. */
  port: 'studio:port',
  /** A command of the menu. */
  command: 'studio:command',
  /** The window wants the person to choose a library's file. */
  chooseLibrary: 'studio:choose-library',
  /** The person opened a library outside the window: by its file, or a second start. */
  openLibrary: 'studio:open-library',
} as const;
