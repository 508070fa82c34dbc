// The desktop window. It stays thin: what is here cannot be tested without Electron, and all else is beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  screen,
  session,
} from 'electron';
import { listPages } from '../serve/pages.ts';
import { messages } from './bridge.ts';
import { HostConnection } from './hostConnection.ts';
import { menuTemplate } from './menu.ts';
import { mayNavigate, mayUse, studioOrigin, studioScheme } from './navigation.ts';
import { libraryInArguments } from './openedFiles.ts';
import { answerPage } from './pageAnswer.ts';
import { parseWindowState, restoredState, smallestWindow } from './windowState.ts';

// This file is built into dist/electron/main.
const root = path.join(import.meta.dirname, '..', '..', '..');
const ownArguments = process.argv.slice(app.isPackaged ? 1 : 2);
const libraryFilters = [{ name: 'Noisefloor library', extensions: ['noisefloor', 'sqlite'] }];
let window: BrowserWindow | null = null;
let host: HostConnection | null = null;
/** A library that was opened before there was a window to show it. */
let waitingFile: string | null = null;

protocol.registerSchemesAsPrivileged([
  { scheme: studioScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

function startHost(): HostConnection {
  const node = process.env['NOISEFLOOR_NODE'];
  return new HostConnection({
    node: node ?? process.execPath,
    script: path.join(root, 'main', 'electron', 'hostProcess.ts'),
    args: ownArguments,
    environment: { ...process.env, ...(node === undefined ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
  });
}

function openFile(file: string): void {
  host?.choose(file);
  if (window === null || window.webContents.isLoading()) waitingFile = file;
  else window.webContents.send(messages.openLibrary, file);
}

const stateFile = (): string => path.join(app.getPath('userData'), 'window.json');

function readState(): string {
  try {
    return readFileSync(stateFile(), 'utf8');
  } catch {
    return '';
  }
}

function openWindow(): void {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  const areas = [main, ...others].map(({ workArea }) => workArea);
  const { bounds, isMaximised } = restoredState(parseWindowState(readState()), areas);
  const opened = new BrowserWindow({
    ...bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    webPreferences: {
      preload: path.join(root, 'dist', 'electron', 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  window = opened;
  if (isMaximised) opened.maximize();
  opened.once('ready-to-show', () => {
    opened.show();
  });
  opened.on('close', () => {
    const state = { bounds: opened.getNormalBounds(), isMaximised: opened.isMaximized() };
    writeFileSync(stateFile(), JSON.stringify(state));
  });
  opened.on('closed', () => {
    window = null;
  });
  opened.webContents.on('did-finish-load', () => {
    if (waitingFile !== null) opened.webContents.send(messages.openLibrary, waitingFile);
    waitingFile = null;
  });
  void opened.loadURL(`${studioOrigin}/`);
}

function guardContents(): void {
  app.on('web-contents-created', (_, contents) => {
    const refuse = (event: { preventDefault(): void }, address: string): void => {
      if (!mayNavigate(address)) event.preventDefault();
    };
    contents.on('will-navigate', (event) => {
      refuse(event, event.url);
    });
    contents.on('will-redirect', (event) => {
      refuse(event, event.url);
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.defaultSession.setPermissionRequestHandler((contents, permission, decide) => {
    decide(mayUse(permission, new URL(contents.getURL()).origin));
  });
  session.defaultSession.setPermissionCheckHandler((_, permission, origin) => mayUse(permission, origin));
}

function answerWindow(): void {
  ipcMain.on(messages.connect, (event) => {
    if (!mayNavigate(event.senderFrame?.url ?? '')) return;
    const { port1, port2 } = new MessageChannelMain();
    host?.connect(port1);
    event.sender.postMessage(messages.port, null, [port2]);
  });
  ipcMain.handle(messages.chooseLibrary, async (event, create: unknown) => {
    if (window === null || !mayNavigate(event.senderFrame?.url ?? '')) return null;
    const chosen =
      create === true
        ? (
            await dialog.showSaveDialog(window, {
              filters: libraryFilters,
              defaultPath: 'library.noisefloor',
            })
          ).filePath
        : (await dialog.showOpenDialog(window, { filters: libraryFilters, properties: ['openFile'] }))
            .filePaths[0];
    if (chosen === undefined || chosen === '') return null;
    host?.choose(chosen);
    return chosen;
  });
}

async function start(): Promise<void> {
  // On macOS a file comes as an event, which may be earlier than anything else.
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openFile(file);
  });
  await app.whenReady();
  const pages = listPages(path.join(root, 'dist', 'renderer'));
  protocol.handle(studioScheme, (request) => answerPage(pages, request));
  guardContents();
  answerWindow();
  host = startHost();
  const file = libraryInArguments(ownArguments, process.cwd());
  if (file !== null) openFile(file);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(process.platform, (command) => window?.webContents.send(messages.command, command)),
    ),
  );
  openWindow();
  app.on('second-instance', (_, args, folder) => {
    const other = libraryInArguments(args.slice(1), folder);
    if (other !== null) openFile(other);
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (window === null) openWindow();
  });
}

// Ending waits for the host, which lets replicates stop after the step at hand.
let isClosing = false;
app.on('before-quit', (event) => {
  if (isClosing || host === null) return;
  isClosing = true;
  event.preventDefault();
  void host.close().then(() => {
    app.quit();
  });
});
app.on('window-all-closed', () => {
  app.quit();
});

if (app.requestSingleInstanceLock()) await start();
else app.quit();
