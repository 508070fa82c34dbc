// All that a page of the window can reach of the desktop. It is sandboxed: it sends named messages and nothing else.
import { contextBridge, ipcRenderer } from 'electron';
import { messages } from './bridge.ts';

/** What the script needs of the page's window; the program around it is compiled without the DOM. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void;
};

contextBridge.exposeInMainWorld('noisefloorDesktop', {
  connect: () => {
    ipcRenderer.send(messages.connect);
  },
  chooseLibrary: (create: boolean): Promise<unknown> => ipcRenderer.invoke(messages.chooseLibrary, create),
  onCommand: (listener: (command: unknown) => void) => {
    ipcRenderer.on(messages.command, (_, command: unknown) => {
      listener(command);
    });
  },
  onOpenLibrary: (listener: (file: unknown) => void) => {
    ipcRenderer.on(messages.openLibrary, (_, file: unknown) => {
      listener(file);
    });
  },
});

// A port cannot cross the bridge; it is handed to the page as a message of the window to itself.
ipcRenderer.on(messages.port, (event) => {
  const ports: readonly unknown[] = event.ports;
  window.postMessage(messages.port, window.location.origin, ports);
});
